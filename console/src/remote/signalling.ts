/** The `view` socket: one protobuf message per binary WebSocket message (ponte.proto, FromViewer / ToViewer). */

import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";

import { FromViewerSchema, ToViewerSchema, type ToViewer } from "@/gen/ponte_pb";

export const PROTOCOL = 1;
const WELCOME_TIMEOUT_MS = 8000;
/** More than this waiting in the socket means that the network is gone. */
const MAX_BUFFERED = 1 << 20;

export interface SignallingEvents {
  message(body: ToViewer["body"]): void;
  /** Once; nothing follows. */
  closed(): void;
}

export class Signalling {
  readonly #socket: WebSocket;
  readonly #timer: ReturnType<typeof setTimeout>;
  #over = false;

  constructor(
    url: string,
    ticket: string,
    private readonly events: SignallingEvents,
  ) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#timer = setTimeout(() => this.close(), WELCOME_TIMEOUT_MS);
    this.#socket.onopen = () => this.send({ case: "hello", value: { protocol: PROTOCOL, ticket } });
    this.#socket.onmessage = (event: MessageEvent<unknown>) => this.#receive(event.data);
    this.#socket.onclose = () => this.close();
  }

  send(body: MessageInitShape<typeof FromViewerSchema>["body"]): void {
    if (this.#socket.readyState !== WebSocket.OPEN || body === undefined) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED) {
      this.close();
      return;
    }
    this.#socket.send(plain(toBinary(FromViewerSchema, create(FromViewerSchema, { body }))));
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket.close();
    this.events.closed();
  }

  /** Leaves without a word to the owner. */
  discard(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #receive(data: unknown): void {
    if (this.#over) return;
    if (!(data instanceof ArrayBuffer)) {
      this.close();
      return;
    }
    clearTimeout(this.#timer);
    let body: ToViewer["body"];
    try {
      body = fromBinary(ToViewerSchema, new Uint8Array(data)).body;
    } catch {
      this.close();
      return;
    }
    this.events.message(body);
  }
}

/** For `send()`, whose types refuse memory that could be shared. */
export function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
