// The message list: stick to the end, count what came below, keep the place when history is put above.
const near = () => log.scrollHeight - log.scrollTop - log.clientHeight < 100;
let log, stick = true, old = 0, below = 0;

function settle() { old = log.scrollHeight; stick = near(); if (stick) below = 0; const b = $('button.to-end'); if (b) { b.hidden = !below; $('.n', b).textContent = below; } }
function end() { log.scrollTop = log.scrollHeight; settle(); }

const seer = new MutationObserver(changes => {
  const ol = $('ol', log), added = changes.flatMap(c => [...c.addedNodes]).filter(n => n.id);
  for (const d of $$('.day', ol)) if (id(d.id) !== d) d.remove();
  if (added.includes($('li:not(.more)', ol))) log.scrollTop += log.scrollHeight - old;
  else if (stick || added.some(n => n.dataset.status === 'pending')) return end();
  else below += added.filter(n => n.matches('.msg')).length;
  settle();
});
// a picture that has loaded, a longer composer: whoever was at the end stays there
const ruler = new ResizeObserver(() => { if (stick) end(); });
function watch() {
  const l = $('.log'); if (!l || l === log) return;
  log = l; below = 0; seer.disconnect(); ruler.disconnect(); seer.observe($('ol', l), { childList: true }); ruler.observe(l); ruler.observe($('ol', l));
  l.addEventListener('scroll', settle, { passive: true });
  const mark = $('[data-hit], .mark-new', l);
  end();
  if (mark) { mark.scrollIntoView({ block: 'center' }); settle(); }
}
watch();
on('htmx:afterSettle htmx:historyRestore', watch);
on('click', e => { if (e.target.closest('button.to-end')) end(); });
