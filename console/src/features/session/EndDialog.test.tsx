// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";

import type { Outcome } from "@/api";
import { renderPage } from "@/testing/render";

import { EndDialog } from "./EndDialog";
import { aSession } from "@/testing/session";

const session = aSession({ detail: "ready" });
afterEach(cleanup);

it("suggests an outcome by what has become of the session, until one is chosen", async () => {
  const submitted = vi.fn<(outcome: Outcome, note: string) => Promise<void>>(() => Promise.resolve());
  let begin = (): void => undefined;
  function Ending() {
    const [started, setStarted] = useState<number | null>(null);
    begin = () => setStarted(5);
    return <EndDialog session={{ ...session, started_at: started }} opened busy={false} onClose={() => undefined} onSubmit={submitted} />;
  }
  await renderPage(Ending);
  const end = (): unknown => fireEvent.click(screen.getByTestId("confirm-end"));
  end();
  expect(submitted).toHaveBeenLastCalledWith("no_contact", "");
  act(() => begin());
  end();
  expect(submitted).toHaveBeenLastCalledWith("solved", "");
  fireEvent.click(screen.getByLabelText("Not solved"));
  end();
  expect(submitted).toHaveBeenLastCalledWith("not_solved", "");
});
