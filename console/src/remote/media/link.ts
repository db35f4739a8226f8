/** One WebRTC attachment: video from the relay, two data channels to it. A new one replaces a broken one. */

import type { Pictures } from "./pictures";

const GATHERING_MS = 1000;
/** ICE may recover from `disconnected` alone; longer than this it is started over. */
const DISCONNECTED_MS = 1500;
const CONNECT_TIMEOUT_MS = 6000;
/** Moves beyond this wait are stale: the newest one follows anyway. */
const MAX_POINTER_BUFFER = 4096;
const MAX_INPUT_BUFFER = 1 << 18;

export interface MediaEvents {
  /** Send this to the relay. */
  offer(sdp: string): void;
  stream(stream: MediaStream): void;
  connected(): void;
  /** Once; the owner starts another. */
  failed(): void;
  /** The ordered input channel opened. */
  inputReady(): void;
  /** Sealed bytes from the end user's side on a data channel. */
  received(lane: "input" | "pointer", data: Uint8Array): void;
}

export class MediaLink {
  readonly peer = new RTCPeerConnection();
  readonly #input = this.peer.createDataChannel("input", { ordered: true });
  readonly #pointer = this.peer.createDataChannel("pointer", { ordered: false, maxRetransmits: 0 });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(pictures: Pictures, private readonly events: MediaEvents) {
    const transceiver = this.peer.addTransceiver("video", { direction: "recvonly" });
    // Before anything is negotiated, so that no picture comes by unopened.
    pictures.attach(transceiver.receiver);
    preferH264(transceiver);
    this.peer.ontrack = (event) => {
      // The least delay that the browser can give; the playout-delay extension does the rest.
      if ("jitterBufferTarget" in event.receiver) event.receiver.jitterBufferTarget = 0;
      events.stream(new MediaStream([event.track]));
    };
    this.peer.onconnectionstatechange = () => this.#stateChanged();
    for (const [lane, channel] of [["input", this.#input], ["pointer", this.#pointer]] as const) {
      channel.binaryType = "arraybuffer";
      channel.onmessage = (event: MessageEvent<unknown>) => {
        if (event.data instanceof ArrayBuffer) events.received(lane, new Uint8Array(event.data));
      };
    }
    this.#input.onopen = () => events.inputReady();
    this.#timer = setTimeout(() => this.#fail(), CONNECT_TIMEOUT_MS);
    void this.#offer();
  }

  async answer(sdp: string): Promise<void> {
    if (this.#over || this.peer.signalingState !== "have-local-offer") return;
    try {
      await this.peer.setRemoteDescription({ type: "answer", sdp });
    } catch {
      this.#fail();
    }
  }

  get canSend(): boolean {
    return this.#input.readyState === "open";
  }

  sendInput(data: Uint8Array<ArrayBuffer>): void {
    if (this.#input.readyState !== "open") return;
    if (this.#input.bufferedAmount > MAX_INPUT_BUFFER) {
      this.#fail();
      return;
    }
    this.#input.send(data);
  }

  /** Newest wins: false when this one was dropped because older ones still wait. */
  get pointerFree(): boolean {
    return this.#pointer.readyState === "open" && this.#pointer.bufferedAmount <= MAX_POINTER_BUFFER;
  }

  sendPointer(data: Uint8Array<ArrayBuffer>): void {
    if (this.pointerFree) this.#pointer.send(data);
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.peer.close();
  }

  async #offer(): Promise<void> {
    try {
      await this.peer.setLocalDescription();
      await this.#gathered();
      const sdp = this.peer.localDescription?.sdp;
      if (!this.#over && sdp !== undefined) this.events.offer(sdp);
    } catch {
      this.#fail();
    }
  }

  async #gathered(): Promise<void> {
    if (this.peer.iceGatheringState === "complete") return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHERING_MS);
      this.peer.onicegatheringstatechange = () => {
        if (this.peer.iceGatheringState !== "complete") return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #stateChanged(): void {
    switch (this.peer.connectionState) {
      case "connected":
        clearTimeout(this.#timer);
        this.events.connected();
        break;
      case "disconnected":
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#fail(), DISCONNECTED_MS);
        break;
      case "failed":
      case "closed":
        this.#fail();
        break;
      default:
        break;
    }
  }

  #fail(): void {
    if (this.#over) return;
    this.close();
    this.events.failed();
  }
}

/** H.264 first; the others stay, so that the answer can say what the relay lacks. */
function preferH264(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const isH264 = (codec: { mimeType: string }): boolean => codec.mimeType.toLowerCase() === "video/h264";
  if (!codecs.some(isH264)) return;
  transceiver.setCodecPreferences([...codecs.filter(isH264), ...codecs.filter((codec) => !isH264(codec))]);
}
