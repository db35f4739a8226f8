/** The worker's side of opening pictures: keys and streams come in, reports go out. */

import { Opener } from "./opener";
import type { Report } from "./tally";

/** To the worker. */
export interface KeyMessage {
  epoch: number;
  key: Uint8Array<ArrayBuffer>;
}

/** The members of RTCEncodedVideoFrame and RTCRtpScriptTransformer (W3C WebRTC Encoded Transform) that are used here. */
export interface Frame {
  data: ArrayBuffer;
}
export interface Transformer {
  readable: ReadableStream<Frame>;
  writable: WritableStream<Frame>;
  sendKeyFrameRequest(): Promise<unknown>;
}

export interface Scope {
  onmessage: ((event: { data: KeyMessage }) => void) | null;
  onrtctransform: ((event: { transformer: Transformer }) => void) | null;
  postMessage(report: Report): void;
}

/** More than comes while one waits for its key; beyond, the browser drops. */
const MAX_WAITING = 180;
const ASK_EVERY_MS = 500;

export function serve(scope: Scope): void {
  const opener = new Opener((report) => scope.postMessage(report));
  scope.onmessage = ({ data }) => opener.addKey(data.epoch, data.key);
  scope.onrtctransform = ({ transformer }) => void openAll(transformer, opener);
}

/** Until the stream ends. */
export async function openAll(transformer: Transformer, opener: Opener): Promise<void> {
  const asker = new Asker(transformer);
  const stamp = new TransformStream<Frame, { frame: Frame; at: number }>({
    transform: (frame, out) => out.enqueue({ frame, at: performance.now() }),
  });
  const open = new TransformStream<{ frame: Frame; at: number }, Frame>(
    {
      transform: async ({ frame, at }, out) => {
        const outcome = await opener.open(new Uint8Array(frame.data), at);
        if ("refused" in outcome) {
          asker.ask();
          return;
        }
        frame.data = outcome.picture.buffer;
        out.enqueue(frame);
      },
    },
    { highWaterMark: MAX_WAITING },
  );
  // It fails where the peer connection is closed in the middle of a picture, which ends it, too.
  await transformer.readable.pipeThrough(stamp).pipeThrough(open).pipeTo(transformer.writable).catch(() => undefined);
  asker.stop();
}

/** Asks for a key picture, at once and then every half second at most; what was wanted meanwhile is asked for afterwards. */
class Asker {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again = false;
  #over = false;

  constructor(private readonly transformer: Transformer) {}

  ask(): void {
    if (this.#over) return;
    if (this.#timer !== undefined) {
      this.#again = true;
      return;
    }
    this.#again = false;
    // It throws or rejects where the receiver cannot now: the next refused picture asks again.
    (async () => this.transformer.sendKeyFrameRequest())().catch(() => undefined);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#again) this.ask();
    }, ASK_EVERY_MS);
  }

  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}
