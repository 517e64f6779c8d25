// What is heard in a live practice: the beat, the spoken cues, and sounds where no voice is installed.
class Sound {
  constructor(data) {
    this.data = data; this.volume = 0.35; this.next = 0;
    this.voice();  // browsers begin to look for their voices when they are asked for the first time
  }
  wake() {
    try { this.audio = this.audio || new AudioContext(); this.audio.resume(); } catch { this.audio = null; }
  }
  begin() {
    this.wake();
    if (this.data.mode === "test" || !this.audio) return;
    this.next = this.audio.currentTime + 0.3;
    this.timer = setInterval(() => {
      // A little ahead of time, so that a busy page does not shake the beat.
      while (this.next < this.audio.currentTime + 0.4) {
        if (this.volume > 0) this.tone(880, this.next, 0.05, this.volume * 0.5);
        this.next += 60 / this.data.back.tempo_cpm;
      }
    }, 120);
  }
  sample() {
    // One tick, while its volume is chosen.
    this.wake();
    if (this.audio && this.volume > 0) this.tone(880, this.audio.currentTime + 0.02, 0.05, this.volume * 0.5);
  }
  tone(hz, at, seconds, volume) {
    const swing = this.audio.createOscillator(), gain = this.audio.createGain();
    swing.frequency.value = hz; gain.gain.setValueAtTime(volume, at); gain.gain.exponentialRampToValueAtTime(0.0005, at + seconds);
    swing.connect(gain).connect(this.audio.destination); swing.start(at); swing.stop(at + seconds + 0.02);
  }
  voice() {
    // Only voices of this machine: others would send the words away.
    const voices = window.speechSynthesis ? window.speechSynthesis.getVoices() : [];
    return voices.find((v) => v.localService && v.lang.toLowerCase().startsWith(this.data.language));
  }
  speak(text, kind) {
    const synth = window.speechSynthesis, voice = this.voice();
    if (voice) {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice; words.lang = voice.lang; words.rate = 0.95;
      synth.cancel(); synth.speak(words);
      return;
    }
    if (!this.audio) return;
    const at = this.audio.currentTime + 0.02;
    const tune = { safety: [220, 220, 220], good: [523, 659], news: [523] }[kind] || [440, 330];
    tune.forEach((hz, i) => this.tone(hz, at + 0.22 * i, 0.2, 0.3));
  }
  stop() { clearInterval(this.timer); if (this.audio) { this.audio.close(); this.audio = null; } }
}
