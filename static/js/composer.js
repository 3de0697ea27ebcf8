// The composer: send key, files, emoji, and the bubble that shows before the server has answered.
const $ = (s, r = document) => r.querySelector(s), on = (n, fn, how) => document.addEventListener(n, fn, how);
const sized = CSS.supports('field-sizing', 'content'), waiting = new Map(), area = f => $('textarea', f);
const picked = f => $('[name=files]', f);
const fit = t => { if (!sized) { t.style.height = 'auto'; t.style.height = t.scrollHeight + 'px'; } };
const key = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0')).join('');

on('input', e => { if (e.target.matches('.composer textarea')) fit(e.target); });
on('keydown', e => {
  const t = e.target; if (e.key !== 'Enter' || e.isComposing || !t.matches?.('.composer textarea')) return;
  const byEnter = document.documentElement.dataset.send !== 'mod' && !e.shiftKey && !e.altKey && !matchMedia('(pointer: coarse)').matches;
  if (!byEnter && !e.ctrlKey && !e.metaKey) return;
  e.preventDefault();
  if (t.value.trim() || picked(t.form)?.files.length) [...t.form.querySelectorAll('.send')].find(b => b.checkVisibility())?.click();
});
on('change', e => {
  const m = e.target, f = m.closest('.composer'); if (!f) return;
  if (m.name === 'mode') { area(f).placeholder = m.dataset.ph; area(f).focus(); }
  if (m.name === 'files') chips(f);
});

// files: the native input stays the only truth, chips show it
function chips(f) {
  const box = $('.chips', f), one = $('#chip').content.firstElementChild;
  box.replaceChildren(...[...picked(f)?.files ?? []].map((x, i) => {
    const c = one.cloneNode(true); $('span', c).textContent = x.name; $('button', c).dataset.drop = i; return c;
  }));
}
function choose(f, list) { const dt = new DataTransfer(); for (const x of list) dt.items.add(x); picked(f).files = dt.files; chips(f); }
function take(e, data) {
  const f = $('.composer'); if (!data?.files.length || !picked(f)) return;
  e.preventDefault(); choose(f, [...picked(f).files, ...data.files]); area(f).focus();
}
on('paste', e => { if (e.target.matches?.('.composer textarea')) take(e, e.clipboardData); });
on('dragover', e => { if (e.target.closest('.convo')) e.preventDefault(); });
on('drop', e => { if (e.target.closest('.convo')) take(e, e.dataTransfer); });

on('click', e => {
  const b = e.target.closest('button'), f = $('.composer'); if (!b) return;
  if (b.dataset.drop) choose(f, [...picked(f).files].filter((x, i) => i != b.dataset.drop));
  if (b.dataset.insert) { const t = area(f); t.setRangeText(b.dataset.insert, t.selectionStart, t.selectionEnd, 'end'); t.dispatchEvent(new Event('input', { bubbles: true })); t.focus(); }
  const li = b.closest('[data-client]'), w = li && waiting.get(li.dataset.client);
  if (w && b.dataset.act === 'resend') { state(li, 'pending'); htmx.ajax('POST', w.path, { source: w.by, values: w.values, swap: 'none' }); }
  if (w && b.dataset.act === 'drop') { waiting.delete(li.dataset.client); li.remove(); }
});
function state(li, to) { li.dataset.status = to; for (const x of li.querySelectorAll('[data-when]')) x.hidden = x.dataset.when !== to; }

// one key for each message, so a repeat after a lost connection is never sent twice
on('submit', e => { const k = e.target.matches('.composer') && $('[name=client_key]', e.target); if (k) k.value ||= key(); }, true);
on('htmx:beforeRequest', e => {
  const f = e.detail.elt; if (!f.matches('.composer')) return;
  const { path, formData: d } = e.detail.requestConfig, id = d.get('client_key'), text = d.get('text') ?? '', files = d.getAll('files').filter(x => x.size);
  if (!text.trim() && !files.length) return e.preventDefault();
  const li = $('#pending').content.firstElementChild.cloneNode(true);
  li.id = 'm-c-' + id; li.dataset.client = id; if (d.get('mode') === 'note') li.dataset.kind = 'note';
  $('.p', li).textContent = [text, ...files.map(x => x.name)].filter(Boolean).join('\n');
  $('.log ol').append(li); state(li, 'pending');
  waiting.set(id, { path, text, by: f.dataset.by, values: { text, client_key: id, quote_id: d.get('quote_id') ?? '', mode: d.get('mode'), files } });
  $('[name=client_key]', f).value = ''; area(f).value = ''; if (picked(f)) choose(f, []); fit(area(f)); area(f).focus();
});
on('htmx:afterRequest', e => {
  const id = e.detail.requestConfig?.formData?.get('client_key'), w = waiting.get(id), li = document.getElementById('m-c-' + id); if (!w) return;
  if (e.detail.successful) { waiting.delete(id); return; }
  if (e.detail.xhr?.status === 422) { waiting.delete(id); li?.remove(); const t = area($('.composer')); if (t && !t.value) { t.value = w.text; fit(t); } }
  else if (li) state(li, 'failed');
});
