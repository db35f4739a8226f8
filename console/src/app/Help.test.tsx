// @vitest-environment happy-dom
import { cleanup, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";

import { renderPage } from "@/testing/render";
import { SHORTCUTS } from "@/ui";

import { HelpDialog } from "./Help";

afterEach(cleanup);

it("lists every shortcut, with words and keys", async () => {
  await renderPage(() => <HelpDialog opened onClose={() => undefined} />);
  const rows = Array.from(screen.getByTestId("shortcuts").querySelectorAll("dt"), (term) => [term.textContent, term.nextElementSibling?.textContent]);
  expect(rows).toHaveLength(Object.values(SHORTCUTS).flatMap(Object.keys).length + 1);
  for (const [words, keys] of rows) {
    expect(words).not.toMatch(/^help\./);
    expect(keys).not.toBe("");
  }
  expect(rows).toContainEqual(["Hand back", "ShiftR"]);
});
