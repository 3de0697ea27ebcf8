// The live connection: what this tab looks at, what it has seen, the banner, the order of the list.
let socket, seq = 0, seen, off, soon, moved = 0, typed = 0;

// `since`: what happened while the conversation was on its way is sent after it
const view = (c = id('convo')?.dataset ?? {}) => ({ ...c, since: c.seq, list: id('list')?.dataset.list });
const send = o => socket?.send(JSON.stringify(o));
const count = () => { seq = Math.max(seq, id('live').dataset.seq, id('seq')?.dataset.seq ?? 0); };

on('htmx:wsOpen', e => {
  socket = e.detail.socketWrapper;
  clearTimeout(off); off = null; delete root.dataset.net;
  count();
  send({ type: 'hello', ...view(), since: seq }); seen = JSON.stringify(view());
});
on('htmx:pushedIntoHistory htmx:afterSettle htmx:historyRestore', () => {
  const now = JSON.stringify(view()); mine();
  if (now !== seen) { send({ type: 'view', ...view() }); seen = now; }
});
on('input', e => {
  if (e.target.id !== 'text' || Date.now() - typed < 3000) return;
  typed = Date.now(); send({ type: 'typing', dialog: view().dialog });
});
on('htmx:wsAfterMessage', () => {
  count(); sort(); mine();
  const stale = $('#resync:not([data-done])');
  if (stale) { stale.dataset.done = ''; htmx.trigger(document.body, 'catchup'); }
});
// everyone gets the same list of viewers; oneself is not news
function mine() { for (const p of $$('.viewers [data-operator]')) p.hidden = p.dataset.operator === document.body.dataset.operator; }
mine();

// most drops recover at once, so the banner waits
on('htmx:wsClose htmx:wsError', () => { socket = null; off ??= setTimeout(() => { root.dataset.net = 'off'; }, 5000); });

// rows move only when nobody is about to click one
on('pointermove keydown focusin wheel', e => { if (e.target.closest('#rows')) moved = Date.now(); }, { passive: true });
function sort() {
  clearTimeout(soon);
  const ol = id('rows'), rows = $$('#rows > [data-sort]'), want = rows.toSorted((a, b) => b.dataset.sort - a.dataset.sort), focus = document.activeElement;
  if (rows.every((r, i) => r === want[i])) return;
  if ((ol.matches(':hover') || ol.contains(focus)) && Date.now() - moved < 5000) return soon = setTimeout(sort, 1000);
  let at = ol.firstElementChild;
  for (const r of want) r === at ? at = at.nextElementSibling : ol.moveBefore ? ol.moveBefore(r, at) : ol.insertBefore(r, at);
  if (ol.contains(focus)) focus.focus({ preventScroll: true });
}
