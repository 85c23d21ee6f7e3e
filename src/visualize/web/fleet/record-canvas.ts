const TYPES = ['video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm', 'video/mp4'];
const FRAMES_PER_SECOND = 30;
const BITS_PER_SECOND = 8_000_000;

const typeOf = (): string | undefined =>
  typeof MediaRecorder === 'undefined' ? undefined : TYPES.find((type) => MediaRecorder.isTypeSupported(type));

/** Whether this browser can make a video of a canvas. */
export const canRecord = (): boolean => typeOf() !== undefined && 'captureStream' in HTMLCanvasElement.prototype;

/**
 * Records a canvas while `draw` draws each frame, for `lengthMs` in real time.
 *
 * @returns the video; `null` if it was ended before
 */
export async function recordCanvas(
  canvas: HTMLCanvasElement,
  lengthMs: number,
  signal: AbortSignal,
  draw: (filmMs: number) => void,
): Promise<Blob | null> {
  const mimeType = typeOf();
  if (mimeType === undefined) return null;
  draw(0);
  const stream = canvas.captureStream(FRAMES_PER_SECOND);
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_SECOND });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const stopped = new Promise<void>((resolve) => recorder.addEventListener('stop', () => resolve(), { once: true }));
  recorder.start();
  const from = performance.now();
  await new Promise<void>((resolve) => {
    const frame = (now: number) => {
      const filmMs = now - from;
      if (signal.aborted || filmMs >= lengthMs) return resolve();
      draw(filmMs);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  draw(lengthMs);
  recorder.stop();
  await stopped;
  for (const track of stream.getTracks()) track.stop();
  return signal.aborted ? null : new Blob(parts, { type: mimeType });
}
