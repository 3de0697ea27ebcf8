// Every page: morphing, tokens, the one modal, focus after swaps, toasts, waiting times.
const { htmx, Idiomorph } = window, root = document.documentElement, on = (name, fn, how) => document.addEventListener(name, fn, how);
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const dlg = () => $('#dlg'), say = text => { $('#say').textContent = text; };

// idiomorph's own htmx extension builds its settings with eval and treats "innerHTML" as inline; this one does neither.
let style = '';
const morph = (to, from, morphStyle) => Idiomorph.morph(to, from, { morphStyle, ignoreActiveValue: true });
htmx.defineExtension('morph', {
  isInlineSwap: s => (style = s, /^(morph(:outerHTML)?|(before|after)(begin|end))$/.test(s)),
  handleSwap: (s, to, from) => s.startsWith('morph') && morph(to, from.children, s === 'morph:innerHTML' ? 'innerHTML' : 'outerHTML'),
});
// An appended node may come twice (reply and broadcast) or with a wrapper: unwrap it, and refresh the one that already stands here.
on('htmx:oobBeforeSwap', ({ detail: { target, fragment } }) => {
  if (!/^(before|after)/.test(style)) return;
  if (target.matches('ol, ul')) for (const n of [...fragment.children]) if (n.tagName !== 'LI') n.replaceWith(...n.childNodes);
  for (const n of [...fragment.children]) {
    if (n.dataset.key) document.getElementById('m-c-' + n.dataset.key)?.remove();
    const old = n.id && document.getElementById(n.id);
    if (old) { n.remove(); for (const x of morph(old, n, 'outerHTML')) htmx.process(x); }
  }
});
on('htmx:configRequest', e => { e.detail.headers['X-CSRFToken'] = $('meta[name=csrf-token]')?.content ?? ''; });

// modal and focus
let opener = null;
on('htmx:beforeRequest', e => {
  const { elt, target } = e.detail, pop = elt.closest('[popover]');
  target?.setAttribute('aria-busy', 'true');
  if (target === dlg() && !target.open) opener = pop ? $(`[popovertarget="${pop.id}"]`) : elt;
});
on('htmx:afterRequest', e => e.detail.target?.removeAttribute('aria-busy'));
on('htmx:afterSettle', e => {
  const t = e.detail.target ?? e.target, modal = t === dlg(), lost = !document.activeElement || document.activeElement === document.body;
  if (modal && !t.open && t.firstElementChild) t.showModal();
  if (t.id === 'list') say(t.dataset.found ?? '');
  if (t.id === 'convo') return focusOn($(matchMedia('(pointer: coarse)').matches ? 'h2' : 'textarea', t) ?? $('h2', t));
  const f = $('[role="alert"], [autofocus], [data-focus]', t) ?? (modal ? $('h2', t) : null);
  if (f && (modal || lost || t.contains(f))) focusOn(f);
});
// headings and alerts take focus only for this moment, so a later click never rings them
function focusOn(el) {
  if (el?.matches('h1, h2, h3, [role="alert"]')) { el.tabIndex = -1; el.addEventListener('blur', () => el.removeAttribute('tabindex'), { once: true }); }
  el?.focus({ preventScroll: true });
}
on('close', e => { if (e.target === dlg()) { dlg().replaceChildren(); if (opener?.isConnected) opener.focus(); opener = null; } }, true);
on('closeModal', () => dlg().close());
on('click', e => { if (e.target.closest('[data-close]')) { const d = e.target.closest('dialog, [popover]'); if (d) { e.preventDefault(); d.close ? d.close() : d.hidePopover(); } } });

// toasts: the server sends HX-Trigger {"toast": "…"}
function toast(text) {
  const el = document.createElement('div'), hide = ms => setTimeout(() => el.remove(), ms);
  el.className = 'toast'; el.textContent = text; $('.toasts').append(el);
  let t = hide(5000);
  el.onmouseenter = () => clearTimeout(t);
  el.onmouseleave = () => { t = hide(1500); };
}
on('toast', e => toast(e.detail.value ?? e.detail));
on('htmx:responseError', e => {
  const s = e.detail.xhr.status, words = document.body.dataset;
  if (s === 401 || s === 419) location.reload(); else toast(words['e' + s] ?? words.e500);
});
on('htmx:sendError', () => { if (root.dataset.net !== 'off') toast(document.body.dataset.enet); });

// which pane a narrow screen shows, and the mark of the open chat
export function place() {
  const here = location.pathname, open = /^\/chats\/\d/.test(here), main = $('.chats');
  if (main) main.dataset.view = open ? 'dialog' : 'list';
  for (const a of $$('.chat-row')) a.toggleAttribute('aria-current', a.pathname === here && (a.setAttribute('aria-current', 'true'), true));
}
for (const name of ['htmx:pushedIntoHistory', 'htmx:historyRestore', 'htmx:wsAfterMessage', 'htmx:afterSettle']) on(name, () => { place(); waits(); });

// waiting times: the words come from the page, so they are in its language
function waits() {
  const w = document.body.dataset, sla = +($('[data-sla]')?.dataset.sla || 0);
  for (const el of $$('.wait[data-since]')) {
    const m = Math.max(0, Math.floor((Date.now() - Date.parse(el.dataset.since)) / 6e4));
    const text = m < 60 ? w.min.replace('#', m) : m < 1440 ? w.hour.replace('#', m / 60 | 0) : w.day.replace('#', m / 1440 | 0);
    if ($('.t', el).textContent !== text) $('.t', el).textContent = text;
    el.classList.toggle('late', sla > 0 && m >= sla);
  }
}
setInterval(waits, 3e4); waits();

// choices that must not wait for a round trip, and a drawer left open when its column is back
on('change', e => { const k = e.target.dataset?.pref; if (k) root.dataset[k] = e.target.value === 'auto' ? '' : e.target.value; });
matchMedia('(min-width: 1280px)').addEventListener('change', e => { if (e.matches) $('#card:popover-open')?.hidePopover(); });
on('click', async e => { const b = e.target.closest('.voice .play'); if (b) (await import(document.body.dataset.voice)).play(b); });
