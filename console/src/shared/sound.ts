/** A short sound, made here: two soft tones, higher ones for what is urgent. */

let context: AudioContext | null = null;

const TONES = { plain: [660, 880], urgent: [880, 1175] } as const;

/** `volume` from 0 to 100. A browser in which nobody pressed anything yet keeps silent. */
export function ring(volume: number, kind: keyof typeof TONES): void {
  if (volume <= 0 || !("AudioContext" in globalThis)) return;
  context ??= new AudioContext();
  const { currentTime, destination } = context;
  if (context.state === "suspended") void context.resume();
  TONES[kind].forEach((frequency, index) => {
    if (context === null) return;
    const [tone, loudness, start] = [context.createOscillator(), context.createGain(), currentTime + index * 0.16];
    tone.type = "sine";
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime((volume / 100) * 0.4, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
    tone.connect(loudness).connect(destination);
    tone.start(start);
    tone.stop(start + 0.32);
  });
}
