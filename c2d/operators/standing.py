"""When a login session still stands: part of SQL that has it."""

from c2d.companies.settings import Settings

# Does the session `s` of company `c` last at %(now)s? The company may shorten it at any time.
LASTS = f"""s.ended_at IS NULL AND s.expires_at > %(now)s
    AND s.created_at > %(now)s - make_interval(hours => coalesce((c.settings->>'session_hours')::int, {Settings.session_hours}))
    AND s.last_seen_at > %(now)s - make_interval(hours => coalesce((c.settings->>'idle_hours')::int, {Settings.idle_hours}))"""
# And does it still let its operator `o` in?
STANDS = f"""{LASTS}
    AND o.blocked_at IS NULL AND o.deleted_at IS NULL"""
