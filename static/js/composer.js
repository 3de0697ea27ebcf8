// The composer: send key, files, emoji, and the bubble that shows before the server has answered.
const form = () => $('.composer'), text = () => $('#text'), files = () => form()?.files, sent = new Map();
const writing = e => e.target === text();
const fit = t => { if (!CSS.supports('field-sizing', 'content')) { t.style.height = 'auto'; t.style.height = t.scrollHeight + 'px'; } };
const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map(n => n.toString(16)).join('');

on('input', e => { if (writing(e)) fit(e.target); });
on('keydown', e => {
  if (e.key !== 'Enter' || e.isComposing || !writing(e)) return;
  const plain = root.dataset.send !== 'mod' && !e.shiftKey && !e.altKey && !matchMedia('(pointer: coarse)').matches;
  if (!plain && !e.ctrlKey && !e.metaKey) return;
  e.preventDefault();
  $$('.send', form()).find(b => b.checkVisibility())?.click();
});
on('change', ({ target: m }) => {
  if (m.form !== form() || !m.form) return;
  if (m.name === 'mode') { text().placeholder = m.dataset.ph; text().focus(); }
  if (m.name === 'files') choose([...m.files]);
});

// the native input stays the only truth about files, chips show it
function choose(list) {
  const dt = new DataTransfer(), one = $('#chip').content.firstElementChild;
  for (const x of list) dt.items.add(x);
  files().files = dt.files;
  $('.chips').replaceChildren(...list.map((x, i) => { const c = one.cloneNode(true); $('span', c).textContent = x.name; $('button', c).dataset.drop = i; return c; }));
}
function take(e, data) { if (data?.files.length && files()) { e.preventDefault(); choose([...files().files, ...data.files]); text().focus(); } }
on('paste', e => { if (writing(e)) take(e, e.clipboardData); });
on('dragover', e => { if (e.target.closest('.convo')) e.preventDefault(); });
on('drop', e => { if (e.target.closest('.convo')) take(e, e.dataTransfer); });

on('click', e => {
  const b = e.target.closest('button'), d = b?.dataset, li = b?.closest('[data-client]'), t = text(); if (!b) return;
  if (d.drop) choose([...files().files].filter((x, i) => i != d.drop));
  if (d.insert) { t.setRangeText(d.insert, t.selectionStart, t.selectionEnd, 'end'); t.dispatchEvent(new Event('input', { bubbles: true })); t.focus(); }
  if (d.act === 'resend') deliver(li.dataset.client);
  if (d.act === 'drop') { sent.delete(li.dataset.client); li.remove(); }
});

// one key for each message, so a repeat after a lost connection is never sent twice
on('submit', e => {
  const f = e.target; if (f !== form()) return;
  e.preventDefault();
  const key = newKey(), values = new FormData(f), names = [...files()?.files ?? []].map(x => x.name), words = text().value;
  if (!words.trim() && !names.length) return;
  values.set('client_key', key);
  const li = $('#pending').content.firstElementChild.cloneNode(true);
  li.id = 'm-c-' + key; li.dataset.client = key; if (values.get('mode') === 'note') li.dataset.kind = 'note';
  $('.p', li).textContent = [words, ...names].filter(Boolean).join('\n');
  $('.log ol').append(li);
  sent.set(key, { words, values, path: e.submitter?.getAttribute('formaction') ?? f.getAttribute('action'), source: f.dataset.by });
  text().value = ''; if (files()) choose([]); fit(text()); text().focus();
  deliver(key);
});
function deliver(key) {
  const { path, source, values } = sent.get(key);
  mark(key, 'pending');
  htmx.ajax('POST', path, { source, values, target: '#composer-errors', swap: 'innerHTML' }).catch(() => {});
}
function mark(key, now) {
  const li = id('m-c-' + key);
  if (li) { li.dataset.status = now; for (const x of $$('[data-when]', li)) x.hidden = x.dataset.when !== now; }
  return li;
}
on('htmx:afterRequest', ({ detail: { requestConfig, xhr: { status: s } } }) => {
  const key = requestConfig?.formData?.get('client_key'), w = sent.get(key), refused = s === 422; if (!w) return;
  if (!refused && (s < 200 || s > 399)) return mark(key, 'failed');
  sent.delete(key);
  if (refused) { mark(key)?.remove(); if (text() && !text().value) { text().value = w.words; fit(text()); } }
});
