// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { cache, type CloseSession } from "@/api";
import { EQUIPMENT_KEY } from "@/api/cache";
import { renderPage } from "@/testing/render";
import { aSession } from "@/testing/session";

import { EndDialog } from "./EndDialog";

type How = Omit<CloseSession, "version">;
const session = aSession({ detail: "ready" });
const submitted = vi.fn<(how: How) => Promise<void>>(() => Promise.resolve());
const piece = (id: string) => ({ id, name: `Printer ${id}`, kind: "printer" as const, at: 1, by: { id: "t", name: "Ana" } });
const equip = (...ids: string[]): unknown => cache.setQueryData([...EQUIPMENT_KEY, session.id], ids.map(piece), { updatedAt: Date.now() + 60_000 });
const end = (): unknown => fireEvent.click(screen.getByTestId("confirm-end"));
const write = (testId: string, value: string): unknown => fireEvent.change(screen.getByTestId(testId), { target: { value } });

beforeEach(() => {
  submitted.mockClear();
  cache.clear();
  equip();
});
afterEach(cleanup);

it("suggests an outcome by what has become of the session, until one is chosen", async () => {
  let begin = (): void => undefined;
  function Ending() {
    const [started, setStarted] = useState<number | null>(null);
    begin = () => setStarted(5);
    return <EndDialog session={{ ...session, started_at: started }} opened busy={false} onClose={() => undefined} onSubmit={submitted} />;
  }
  await renderPage(Ending);
  write("note", "Called.");
  end();
  expect(submitted).toHaveBeenLastCalledWith({ outcome: "no_contact", note: "Called." });
  act(() => begin());
  end();
  expect(submitted).toHaveBeenLastCalledWith({ outcome: "solved", note: "Called." });
});

it("asks what was done, and why it was not solved, and keeps what was typed", async () => {
  await renderPage(() => <EndDialog session={session} opened busy={false} onClose={() => undefined} onSubmit={submitted} />);
  end();
  expect(submitted).not.toHaveBeenCalled();
  expect(screen.getByText("Write what was done.")).toBeTruthy();
  write("note", "Tried everything.");
  fireEvent.click(screen.getByLabelText("Not solved"));
  end();
  expect(submitted).not.toHaveBeenCalled();
  expect(screen.getByText("Say why it was not solved.")).toBeTruthy();
  write("reason", "No such part");
  end();
  expect(submitted).toHaveBeenLastCalledWith({ outcome: "not_solved", note: "Tried everything.", reason: "No such part" });
});

it("has an outcome for each piece of equipment that ends otherwise", async () => {
  equip("1", "2");
  await renderPage(() => <EndDialog session={{ ...session, started_at: 1 }} opened busy={false} onClose={() => undefined} onSubmit={submitted} />);
  write("note", "Done.");
  const choices = await screen.findAllByTestId("piece-outcome");
  fireEvent.change(choices[1]!, { target: { value: "not_solved" } });
  end();
  expect(submitted).not.toHaveBeenCalled();
  fireEvent.change(screen.getByLabelText("Why not?"), { target: { value: "The fuser" } });
  end();
  expect(submitted).toHaveBeenLastCalledWith({ outcome: "solved", note: "Done.", equipment: [{ id: "2", outcome: "not_solved", reason: "The fuser" }] });
});
