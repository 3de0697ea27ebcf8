// Hotkeys: one table, the data-key attributes, matched by physical key so that any keyboard layout works.
on('keydown', e => {
  const c = (e.ctrlKey || e.metaKey ? 'Mod+' : '') + (e.altKey ? 'Alt+' : '') + (e.shiftKey ? 'Shift+' : '') + e.code.replace(/^(Key|Digit)/, '');
  if (root.dataset.keys === 'off' || e.isComposing || !/^(Alt|Mod)\+/.test(c) || (e.repeat && !c.startsWith('Alt+Arrow'))) return;
  if (/^Alt.Arrow(Up|Down)$/.test(c)) {
    const rows = $$('.chat-row'), i = rows.findIndex(r => r.hasAttribute('aria-current'));
    const next = rows[Math.min(rows.length - 1, Math.max(0, i + (c.endsWith('Down') ? 1 : -1)))];
    if (next) { e.preventDefault(); next.click(); next.scrollIntoView({ block: 'nearest' }); }
    return;
  }
  const el = $$(`[data-key~="${CSS.escape(c)}"]`).find(x => x.checkVisibility() || x.closest('[popover]'));
  if (el) { e.preventDefault(); el.matches('input:not([type=radio]), textarea') ? el.focus() : el.click(); }
});
// arrow keys inside menus opened by popovertarget
on('keydown', e => {
  const p = e.target.closest?.('.pop'); if (!p || !/^(Arrow(Up|Down)|Home|End)$/.test(e.key) || e.target.matches('input, select, textarea')) return;
  const it = $$('.item', p), n = it.length, i = it.indexOf(document.activeElement); if (!n) return;
  e.preventDefault();
  it[{ ArrowDown: (i + 1) % n, ArrowUp: (i - 1 + n) % n, Home: 0, End: n - 1 }[e.key]].focus();
});
