// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, desk } from "@/api";
import { renderPage } from "@/testing/render";

import { CodePage } from "./CodePage";

vi.mock("@/api/desk", async (original) => ({ ...(await original<typeof desk>()), codeTicket: vi.fn() }));
const codeTicket = vi.mocked(desk.codeTicket);

const field = (): HTMLInputElement => screen.getByTestId("digits-1");
const type = (text: string): void => void fireEvent.change(field(), { target: { value: text } });
const connect = (): void => void fireEvent.click(screen.getByTestId("connect"));
const selected = (): string => field().value.slice(field().selectionStart ?? 0, field().selectionEnd ?? 0);

beforeEach(async () => {
  codeTicket.mockReset();
  await renderPage(CodePage);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("entering a code", () => {
  it("has the focus at once, groups what is typed, and takes a pasted code whole", () => {
    expect(document.activeElement).toBe(field());
    type("51862");
    expect(field().value).toBe("518 62");
    fireEvent.paste(field(), { clipboardData: { getData: () => "code: 123-456-789." } });
    expect(field().value).toBe("123 456 789");
  });

  it("asks for the missing digits and sends nothing", () => {
    type("51862");
    connect();
    expect(screen.getByTestId("code-error").textContent).toContain("nine digits");
    expect(codeTicket).not.toHaveBeenCalled();
    type("518621");
    expect(screen.queryByTestId("code-error")).toBeNull();
  });

  it("gives the relay five digits only; an unknown code stays, selected, to be typed over", async () => {
    codeTicket.mockRejectedValueOnce(new ApiError("wrong_code"));
    type("518621854");
    connect();
    expect((await screen.findByTestId("code-error")).textContent).toContain("No computer is showing this code");
    expect(codeTicket.mock.calls).toEqual([["51862"]]);
    expect([field().value, selected()]).toEqual(["518 621 854", "518 621 854"]);
  });

  it("says how long a lock-out lasts, counts down, and opens again by itself", async () => {
    vi.useFakeTimers();
    codeTicket.mockRejectedValueOnce(new ApiError("too_many_tries", "", 65));
    type("518621854");
    connect();
    await vi.advanceTimersByTimeAsync(100);
    expect(screen.getByTestId("code-lockout").textContent).toMatch(/1 minute \d seconds?/);
    expect(screen.getByTestId("connect")).toHaveProperty("disabled", true);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(screen.getByTestId("code-lockout").textContent).toMatch(/ 3\d seconds/);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(screen.queryByTestId("code-lockout")).toBeNull();
    expect(screen.getByTestId("connect")).toHaveProperty("disabled", false);
  });
});
