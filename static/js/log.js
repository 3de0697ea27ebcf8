// The message list: stick to the end, count what came below, keep the place when history is put above.
const NEAR = 100, $ = (s, r = document) => r.querySelector(s), near = l => l.scrollHeight - l.scrollTop - l.clientHeight < NEAR;
let log, stick = true, old = 0, below = 0;

function button() { const b = $('.to-end'); if (b) { b.hidden = !below; $('.n', b).textContent = below; } }
function end() { log.scrollTop = log.scrollHeight; below = 0; button(); }

const seer = new MutationObserver(changes => {
  if (!log?.isConnected) return;
  const added = changes.flatMap(c => [...c.addedNodes]).filter(n => n.nodeType === 1);
  if (!added.length) { if (stick) end(); }
  else if (added.includes(changes[0].target.firstElementChild)) log.scrollTop += log.scrollHeight - old;
  else if (stick || added.some(n => n.dataset.status === 'pending')) end();
  else { below += added.filter(n => n.matches('.msg')).length; button(); }
  old = log.scrollHeight; stick = near(log);
});
function watch() {
  const l = $('.log'); if (!l || l === log) return;
  log = l; below = 0; seer.disconnect(); seer.observe($('ol', l), { childList: true });
  l.addEventListener('scroll', () => { stick = near(l); old = l.scrollHeight; if (stick) { below = 0; button(); } }, { passive: true });
  const mark = $('[data-hit], .mark-new', l);
  mark ? mark.scrollIntoView({ block: 'center' }) : end();
  old = l.scrollHeight; stick = near(l);
}
watch();
document.addEventListener('htmx:afterSettle', watch);
addEventListener('load', () => { if (log && stick) end(); });
addEventListener('resize', () => { if (log && stick) end(); });
document.addEventListener('click', e => { if (e.target.closest('.to-end')) end(); });
