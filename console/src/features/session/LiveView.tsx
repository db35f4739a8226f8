/** The remote screen with its toolbar. What happens in it is `remote/`'s; this only gives it elements and shows state. */

import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { InputController } from "@/remote/input/controller";
import { place, type Size, type ViewMode } from "@/remote/input/geometry";
import type { Session } from "@/api";
import type { RemoteSession } from "@/remote/session";
import type { RemoteState } from "@/remote/state";

import css from "./session.module.css";
import { StatsOverlay } from "./StatsOverlay";
import { BatonWish } from "./together/BatonWish";
import { Pointers } from "./together/Pointers";
import { Toolbar } from "./Toolbar";
import { useCursor, useFaultHints, useFrames, useFullScreen, useStageSize } from "./liveHooks";

interface Props {
  session: Session;
  me: string;
  remote: RemoteSession;
  state: RemoteState;
  live: boolean;
  overlay: ReactNode;
}

export function LiveView({ session, me, remote, state, live, overlay }: Props) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<ViewMode>("fit");
  const [stats, setStats] = useState(false);
  const [focused, setFocused] = useState(false);
  const [controller, setController] = useState<InputController | null>(null);
  const toolbar = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const surface = useRef<HTMLDivElement>(null);
  const keys = useRef<HTMLTextAreaElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const stageSize = useStageSize(stage);
  const stream = useSyncExternalStore(remote.stream.subscribe, remote.stream.get);
  const full = useFullScreen(state.control);
  const cursor = useCursor(remote, state.control);
  useFrames(remote, video, state.view ? stream : null);
  useFaultHints(state.inputFault);

  useEffect(() => {
    if (surface.current === null || keys.current === null) return undefined;
    const field = keys.current;
    const made = new InputController({
      surface: surface.current,
      keys: field,
      frame: () => remote.state.get().picture,
      send: (body) => remote.input(body),
      enabled: () => remote.state.get().control,
      // The keyboard comes back to where the controls are.
      left: () => {
        const next = toolbar.current?.querySelector<HTMLElement>("button:not([disabled])");
        if (next == null) field.blur();
        else next.focus();
      },
    });
    setController(made);
    return () => made.dispose();
  }, [remote]);
  // Control has just been given: the keyboard goes to the remote screen at once.
  useEffect(() => {
    if (state.control && live) controller?.focus();
  }, [state.control, live, controller]);

  const shown: Size = state.picture ?? { width: 16, height: 9 };
  const placed = place(stageSize, shown, state.picture === null ? "fit" : mode, window.devicePixelRatio);
  return (
    <>
      {live && <div className={css.tops}>
        <BatonWish session={session} me={me} remote={remote} state={state} />
        <Toolbar session={session} me={me} bar={toolbar} remote={remote} state={state} controller={controller} mode={mode} onMode={setMode} stats={stats} onStats={() => setStats(!stats)} full={full.on} onFull={full.toggle} />
      </div>}
      <div className={css.stage} data-live={state.view && state.picture !== null} data-focus={state.control && focused}>
        <div className={css.scroll} ref={stage} data-mode={mode} {...(mode === "actual" && !state.control && { tabIndex: 0, role: "group", "aria-label": t("live.scroll") })}>
          <div
            ref={surface}
            className={css.surface}
            data-testid="remote-screen"
            data-control={state.control && focused}
            data-hidden={!state.view}
            data-width={state.picture?.width ?? 0}
            data-height={state.picture?.height ?? 0}
            role="application"
            aria-label={t("live.screen")}
            onPointerMove={(event) => {
              const area = event.currentTarget.getBoundingClientRect();
              remote.point({ x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height });
            }}
            onPointerLeave={() => remote.point(null)}
            style={{ left: placed.left, top: placed.top, width: placed.width, height: placed.height, cursor }}
          >
            <video ref={video} autoPlay muted playsInline data-testid="remote-video" />
            <Pointers remote={remote} />
          </div>
          <textarea ref={keys} className={css.keys} aria-label={t("live.keyboardField")} data-testid="remote-keys" autoCapitalize="off" autoComplete="off" autoCorrect="off" spellCheck={false} tabIndex={state.control ? 0 : -1} onFocus={() => setFocused(true)} onBlur={() => setFocused(false)} />
        </div>
        {stats && live && <StatsOverlay remote={remote} />}
        {live && state.control && <div key={String(focused)} className={css.hint} data-brief={focused}>{focused ? t("live.leaveHint") : t("live.clickToControl")}</div>}
        {overlay !== null && <div className={css.overlay} data-over={state.view && state.picture !== null}>{overlay}</div>}
      </div>
    </>
  );
}
