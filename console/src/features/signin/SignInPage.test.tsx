// @vitest-environment happy-dom
import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { renderPage } from "@/testing/render";

import { SignInPage } from "./SignInPage";

const answers = vi.fn<(path: string, init?: RequestInit) => Promise<Response>>();
const problem = (status: number, code: string, headers: Record<string, string> = {}): Response => new Response(JSON.stringify({ code }), { status, headers });
let next: () => Promise<Response>;

beforeEach(async () => {
  answers.mockReset();
  answers.mockImplementation((path) => (path.endsWith("/desk") ? Promise.resolve(new Response(JSON.stringify({ name: "Northwind" }))) : next()));
  vi.stubGlobal("fetch", answers);
  await renderPage(SignInPage);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const fill = (id: string, value: string): void => void fireEvent.change(screen.getByTestId(id), { target: { value } });
const submit = async (): Promise<string> => {
  fireEvent.click(screen.getByTestId("sign-in"));
  return (await screen.findByTestId("signin-error")).textContent;
};

describe("signing in", () => {
  it("asks for what is missing before it asks the relay", async () => {
    fill("email", "ana@desk.example");
    expect(await submit()).toContain("your password");
    expect(answers.mock.calls.filter(([path]) => path.endsWith("sign-in"))).toHaveLength(0);
  });

  it.each<[string, () => Promise<Response>, RegExp]>([
    ["a wrong password", () => Promise.resolve(problem(401, "wrong_password")), /do not match/],
    ["a lock-out", () => Promise.resolve(problem(429, "too_many_tries", { "retry-after": "120" })), /Too many wrong tries.*2:00|Too many wrong tries.*1:5\d/],
    ["no network", () => Promise.reject(new TypeError("failed")), /cannot be reached/],
    ["a proxy's error page", () => Promise.resolve(new Response("<html>", { status: 502 })), /Try again in a moment/],
  ])("tells of %s, and keeps what was typed", async (_name, answer, text) => {
    next = answer;
    fill("email", "ana@desk.example");
    fill("password", "not this one");
    expect(await submit()).toMatch(text);
    expect(screen.getByTestId("email")).toHaveProperty("value", "ana@desk.example");
    expect(screen.getByTestId("password")).toHaveProperty("value", "not this one");
  });
});
