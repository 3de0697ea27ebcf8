// The live connection: what this tab looks at, what it has seen, the banner, the order of the list.
const root = document.documentElement, $ = s => document.querySelector(s), on = (n, fn, how) => document.addEventListener(n, fn, how);
let socket, seq = 0, seen = '', offTimer, sortTimer, moved = 0, typed = 0;

const dialog = () => +$('#convo')?.dataset.dialog || null;
const view = () => ({ dialog: dialog(), list: $('#list')?.dataset.list ?? null });
const send = o => socket?.send(JSON.stringify(o));
const count = () => { seq = Math.max(seq, +$('#seq')?.dataset.seq || 0, +$('#live')?.dataset.seq || 0); };

on('htmx:wsOpen', e => {
  socket = e.detail.socketWrapper; up(); count();
  const v = view(); seen = JSON.stringify(v);
  send({ type: 'hello', since: seq, ...v });
});
function look() {
  count();
  const v = view(), now = JSON.stringify(v);
  if (socket && now !== seen) { seen = now; send({ type: 'view', ...v }); }
}
for (const name of ['htmx:pushedIntoHistory', 'htmx:afterSettle', 'htmx:historyRestore']) on(name, look);
on('input', e => {
  if (!e.target.matches('.composer textarea') || Date.now() - typed < 3000) return;
  typed = Date.now(); send({ type: 'typing', dialog: dialog() });
});
on('htmx:wsAfterMessage', () => {
  count(); sort(); others();
  if ($('#resync:not([data-done])')) { $('#resync').dataset.done = ''; htmx.trigger(document.body, 'catchup'); }
});
// everyone gets the same list of viewers; oneself is not news
const others = () => { for (const p of document.querySelectorAll('.viewers [data-operator]')) p.hidden = p.dataset.operator === document.body.dataset.operator; };
on('htmx:afterSettle', others); others();

// most drops recover at once, so the banner waits
const down = () => { socket = null; offTimer ??= setTimeout(() => { root.dataset.net = 'off'; }, 5000); };
const up = () => { clearTimeout(offTimer); offTimer = null; delete root.dataset.net; };
on('htmx:wsClose', down); on('htmx:wsError', down); addEventListener('offline', down);

// rows move only when nobody is about to click one
const busy = e => { if (e.target.closest?.('#rows')) moved = Date.now(); };
for (const name of ['pointermove', 'keydown', 'focusin', 'wheel']) on(name, busy, { passive: true });
function sort() {
  clearTimeout(sortTimer);
  const ol = $('#rows'); if (!ol) return;
  const rows = [...ol.children].filter(x => x.dataset.sort), want = rows.toSorted((a, b) => b.dataset.sort - a.dataset.sort);
  if (rows.every((r, i) => r === want[i])) return;
  if ((ol.matches(':hover') || ol.contains(document.activeElement)) && Date.now() - moved < 5000) { sortTimer = setTimeout(sort, 1000); return; }
  const focus = document.activeElement, put = ol.moveBefore ? 'moveBefore' : 'insertBefore';
  let at = ol.firstElementChild;
  for (const r of want) r === at ? at = at.nextElementSibling : ol[put](r, at);
  if (ol.contains(focus)) focus.focus({ preventScroll: true });
}
