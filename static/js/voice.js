// The voice player, loaded on the first press: one sound at a time, progress as a custom property.
export function play(voice) {
  const sound = voice.sound ??= make(voice);
  for (const v of $$('.voice')) if (v !== voice) v.sound?.pause();
  sound.paused ? sound.play().catch(() => {}) : sound.pause();
}
function make(voice) {
  const sound = new Audio(voice.dataset.src), rate = $('.rate', voice);
  sound.ontimeupdate = () => voice.style.setProperty('--p', sound.currentTime / sound.duration * 100 + '%');
  sound.onplay = sound.onpause = sound.onended = () => { $('.play', voice).ariaPressed = !sound.paused; };
  rate.hidden = false;
  rate.onclick = () => { sound.playbackRate = { 1: 1.5, 1.5: 2 }[sound.playbackRate] ?? 1; rate.textContent = sound.playbackRate.toLocaleString(root.lang) + '×'; };
  return sound;
}
