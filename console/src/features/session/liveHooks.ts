import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type RefObject } from "react";
import { useTranslation } from "react-i18next";

import type { Size } from "@/remote/input/geometry";
import type { CursorShape, RemoteSession } from "@/remote/session";
import type { RemoteState } from "@/remote/state";
import { tellError } from "@/ui";

/** The stage's size in CSS pixels, followed as it changes. */
export function useStageSize(stage: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const element = stage.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, [stage]);
  return size;
}

/** Puts the stream on show and reports each picture as it shows. */
export function useFrames(remote: RemoteSession, video: RefObject<HTMLVideoElement | null>, stream: MediaStream | null): void {
  useEffect(() => {
    const element = video.current;
    if (element === null) return undefined;
    if (stream === null) return undefined;
    show(element, stream);
    let request = 0;
    const shown: VideoFrameRequestCallback = (_now, meta) => {
      remote.frameShown(meta.rtpTimestamp, meta.width, meta.height, meta.expectedDisplayTime);
      request = element.requestVideoFrameCallback(shown);
    };
    request = element.requestVideoFrameCallback(shown);
    return () => {
      element.cancelVideoFrameCallback(request);
      show(element, null);
    };
  }, [remote, video, stream]);
}

function show(element: HTMLVideoElement, stream: MediaStream | null): void {
  element.srcObject = stream;
}

/** The remote pointer's shape as a CSS cursor: drawn here, so it never lags. */
export function useCursor(remote: RemoteSession, control: boolean): string {
  const shape = useSyncExternalStore(remote.cursor.subscribe, remote.cursor.get);
  const value = useMemo(() => cursorValue(shape), [shape]);
  return control ? value : "default";
}

function cursorValue(shape: CursorShape | null): string {
  if (shape === null) return "default";
  if (shape.rgba.length === 0 || shape.width === 0 || shape.height === 0) return "none";
  const canvas = document.createElement("canvas");
  canvas.width = shape.width;
  canvas.height = shape.height;
  const context = canvas.getContext("2d");
  if (context === null) return "default";
  context.putImageData(new ImageData(new Uint8ClampedArray(shape.rgba), shape.width, shape.height), 0, 0);
  return `url(${canvas.toDataURL()}) ${Math.min(shape.hotX, shape.width - 1)} ${Math.min(shape.hotY, shape.height - 1)}, default`;
}

/** `navigator.keyboard` is Chromium's; elsewhere the system keeps its own shortcuts. */
interface KeyboardLock {
  lock: () => Promise<void>;
  unlock: () => void;
}
const keyboardLock = (): KeyboardLock | undefined => (navigator as Navigator & { keyboard?: KeyboardLock }).keyboard;

/** The whole document goes full screen, so that menus and dialogs still show; the page hides the rest. */
export function useFullScreen(control: boolean): { on: boolean; toggle: () => void } {
  const on = useSyncExternalStore(
    (listener) => {
      document.addEventListener("fullscreenchange", listener);
      return () => document.removeEventListener("fullscreenchange", listener);
    },
    () => document.fullscreenElement !== null,
  );
  useEffect(() => {
    if (!on) return undefined;
    document.documentElement.dataset["full"] = "";
    return () => {
      delete document.documentElement.dataset["full"];
    };
  }, [on]);
  useEffect(() => {
    const keyboard = keyboardLock();
    if (!on || !control || keyboard === undefined) return undefined;
    keyboard.lock().catch(() => undefined);
    return () => keyboard.unlock();
  }, [on, control]);
  const toggle = (): void => void (on ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => undefined);
  return { on, toggle };
}

/** Says why input had no effect, once per refusal. */
export function useFaultHints(fault: RemoteState["inputFault"]): void {
  const { t } = useTranslation();
  const seen = useRef(0);
  useEffect(() => {
    if (fault === null || fault.at === seen.current) return;
    seen.current = fault.at;
    tellError(fault.reason === "own_window" ? t("live.ownWindow") : fault.reason === "no_key" ? t("live.noKey") : t("live.noGrant"));
  }, [fault, t]);
}
