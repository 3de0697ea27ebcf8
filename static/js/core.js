// Every page: morphing, tokens, the one modal, focus after swaps, toasts, waiting times.
// $, $$, on and root are shared with the modules after this one: an import would fetch it twice, once under its versioned address.
const root = document.documentElement, words = document.body.dataset, on = (names, fn, how) => { for (const n of names.split(' ')) document.addEventListener(n, fn, how); };
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)], id = s => document.getElementById(s);
Object.assign(window, { root, on, $, $$, id });
const dlg = () => id('dlg'), make = tag => document.createElement(tag);

// idiomorph's own htmx extension builds its settings with eval and treats "innerHTML" as inline; this one does neither.
// What is being typed stays; a link or a button in focus shows what is new (ignoreActiveValue would leave its words as they are).
let style = '';
const morph = (to, from, morphStyle) => Idiomorph.morph(to, from, { morphStyle, ignoreActiveValue: 'selectionStart' in document.activeElement });
htmx.defineExtension('morph', {
  isInlineSwap: s => /^(morph(:outerHTML)?|(before|after)(begin|end))$/.test(style = s),
  // a frame is made for everyone: parts with no place on this page are dropped before htmx reports each as an error
  transformResponse(text, xhr) {
    if (xhr) return text;
    const t = make('template');
    t.innerHTML = text;
    for (const n of [...t.content.children]) if (!$(n.getAttribute('hx-swap-oob')?.split(':')[1] ?? `[id='${n.id}']`)) n.remove();
    return t.innerHTML;
  },
  handleSwap: (s, to, from) => s.startsWith('morph') && morph(to, from.children, s.slice(6) || 'outerHTML'),
});
// An appended node may come twice (reply and broadcast) or with a wrapper: unwrap it, and refresh the one that already stands here.
on('htmx:oobBeforeSwap', ({ detail: { target, fragment } }) => {
  if (!/^(be|af)/.test(style)) return;
  if (target.matches('ol, ul')) for (const n of [...fragment.children]) if (n.tagName !== 'LI') n.replaceWith(...n.children);
  for (const n of [...fragment.children]) {
    id('m-c-' + n.dataset.key)?.remove();
    const old = n.id && id(n.id);
    if (old) { n.remove(); for (const x of morph(old, n, 'outerHTML')) htmx.process(x); }
  }
});
on('htmx:configRequest', e => { e.detail.headers['X-CSRFToken'] = $('[name=csrf-token]').content; });

// modal and focus
let opener, held;
on('focusin', e => { held = e.target; });
on('htmx:beforeRequest', ({ detail: { elt, target } }) => {
  const pop = elt.closest('[popover]');
  target.ariaBusy = 'true';
  if (target === dlg() && !target.open) opener = pop ? $(`[popovertarget="${pop.id}"]`) : elt;
});
on('htmx:afterRequest', ({ detail: { target: t } }) => { if (t) t.ariaBusy = null; });
on('htmx:afterSettle', e => {
  const t = e.detail.target?.isConnected ? e.detail.target : e.target, modal = t === dlg();
  if (modal && !t.open && t.firstElementChild) t.showModal();
  if (t.id == 'list') id('say').textContent = t.dataset.found ?? '';
  if (t.id == 'convo') return focus($(matchMedia('(pointer: coarse)').matches ? 'h2' : 'textarea', t) ?? $('h2', t));
  focus($('[role=alert], [autofocus]', t) ?? (modal ? $('h2', t) : null));
});
// headings and alerts take focus only for this moment, so a later click never rings them
function focus(el) {
  if (el?.matches('h2, [role=alert]')) { el.tabIndex = -1; el.addEventListener('blur', () => el.removeAttribute('tabindex'), { once: true }); }
  el?.focus({ preventScroll: true });
}
on('close', e => { if (e.target === dlg()) { dlg().replaceChildren(); if (opener?.isConnected) opener.focus(); } }, true);
on('closeModal', () => dlg().close());

// toasts: the server sends HX-Trigger {"toast": "…"}
function toast(text) {
  const el = make('div');
  el.className = 'toast'; el.append(text); $('.toasts').append(el);
  setTimeout(() => el.remove(), 7000);
}
on('toast', e => toast(e.detail.value));
on('htmx:responseError', ({ detail: { xhr } }) => /401|419/.test(xhr.status) ? location.reload() : xhr.getResponseHeader('HX-Trigger') || toast(words.e500));
on('htmx:sendError', () => toast(words.enet));

// which pane a narrow screen shows, the mark of the open chat, and how long clients wait (in the words of the page)
function look() {
  if (held && !held.isConnected) focus($('#convo h2')); // what had the focus went with an update
  const here = location.pathname, main = $('.chats'), sla = +$('[data-sla]')?.dataset.sla;
  if (main) main.dataset.view = /^\/chats\/\d/.test(here) ? 'dialog' : 'list';
  for (const a of $$('.chat-row')) a.ariaCurrent = a.pathname == here ? 'true' : null;
  for (const el of $$('.wait')) {
    const m = Math.max(0, (Date.now() - Date.parse(el.dataset.since)) / 6e4 | 0), [n, unit] = m < 60 ? [m, words.min] : m < 1440 ? [m / 60, words.hour] : [m / 1440, words.day];
    $('.t', el).textContent = unit.replace('#', n | 0);
    el.classList.toggle('late', m >= sla && sla > 0);
  }
}
on('htmx:pushedIntoHistory htmx:historyRestore htmx:wsAfterMessage htmx:afterSettle', look);
setInterval(look, 3e4); look(); focus($('[role=alert]'));

on('click', async e => {
  const t = e.target, d = t.closest('[data-close]')?.closest('dialog');
  if (d) { e.preventDefault(); d.close(); }
  if (t.closest('.voice .play')) (await import(words.voice)).play(t.closest('.voice'));
});
// what is cancelled is the editing alone, not the drawer around it
on('keydown', e => e.key == 'Escape' && $('[data-cancel]', e.target.closest('form') ?? dlg())?.click(e.preventDefault()));
// choices that must not wait for a round trip, and a drawer left open when its column is back
on('change', ({ target: { dataset: { pref }, value } }) => { if (pref) root.dataset[pref] = value; });
matchMedia('(min-width: 1280px)').onchange = e => { if (e.matches) $('#card:popover-open')?.hidePopover(); };
