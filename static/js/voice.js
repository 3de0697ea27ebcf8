// The voice player, loaded on the first press: one sound at a time, progress as a custom property.
const RATES = [1, 1.5, 2];
export function play(button) {
  const voice = button.closest('.voice'), sound = voice.player ??= make(voice, button);
  for (const v of document.querySelectorAll('.voice')) if (v !== voice) v.player?.pause();
  sound.paused ? sound.play().catch(() => {}) : sound.pause();
}
function make(voice, button) {
  const sound = new Audio(voice.dataset.src), rate = voice.querySelector('.rate');
  sound.ontimeupdate = () => voice.style.setProperty('--p', (sound.currentTime / sound.duration || 0) * 100 + '%');
  sound.onplay = sound.onpause = sound.onended = () => button.setAttribute('aria-pressed', String(!sound.paused));
  rate.hidden = false;
  rate.onclick = () => {
    sound.playbackRate = RATES[(RATES.indexOf(sound.playbackRate) + 1) % RATES.length];
    rate.textContent = `${sound.playbackRate.toLocaleString(document.documentElement.lang)}×`;
  };
  return sound;
}
