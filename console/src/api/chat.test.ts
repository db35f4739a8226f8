import { describe, expect, it } from "vitest";

import { unreadIn } from "@/shared/unread";

import { upTo, withMessages } from "./chat";
import { EMPTY_QUEUE, withSessions } from "./events";
import type { ChatMessage, Session } from "./types";

const message = (number: number, text = `text ${number}`): ChatMessage => ({ id: `id-${number}`, number, at: number, text });
const marks = (newest: number, desk_saw: number): Session["chat"] => ({ newest, end_user_got: 0, end_user_saw: 0, desk_saw });
const session = (version: number, chat: Session["chat"], state: Session["state"] = "active") => ({ id: "s", number: 1, version, state, chat }) as Session;

describe("messages", () => {
  it("are in order and each there once, however they arrive", () => {
    const all = withMessages([message(1), message(3)], [message(2), message(3)]);
    expect(all.map((m) => m.number)).toEqual([1, 2, 3]);
  });

  it("are asked for again from the first gap on", () => {
    expect(upTo([])).toBe(0);
    expect(upTo([message(1), message(2)])).toBe(2);
    expect(upTo([message(1), message(3)])).toBe(1);
    expect(upTo([message(2)])).toBe(0);
  });
});

describe("marks of a chat", () => {
  it("only grow, whichever of an event and an answer comes last", () => {
    let queue = withSessions(EMPTY_QUEUE, [session(2, marks(5, 3))]);
    queue = withSessions(queue, [session(2, marks(4, 4))]);
    expect(queue.sessions.get("s")?.chat).toEqual(marks(5, 4));
    queue = withSessions(queue, [session(1, marks(6, 0), "waiting")]);
    expect(queue.sessions.get("s")).toMatchObject({ version: 2, state: "active", chat: marks(6, 4) });
  });

  it("count what nobody has seen, while it is still work", () => {
    expect(unreadIn(session(1, marks(5, 3)))).toBe(2);
    expect(unreadIn(session(1, marks(5, 3), "closed"))).toBe(0);
  });
});
