import { expect, it } from "vitest";

import { CHOICES, dayOf, until } from "./until";

const NOW = new Date(2027, 0, 15, 23, 40).getTime();

it("waits for a while, until the morning, until a moment, or until somebody resumes it", () => {
  expect(until("half", NOW, "", "")).toBe(NOW + 1_800_000);
  expect(until("hour", NOW, "", "")).toBe(NOW + 3_600_000);
  expect(until("morning", NOW, "", "")).toBe(new Date(2027, 0, 16, 8).getTime());
  expect(until("hand", NOW, "", "")).toBeNull();
  expect(until("at", NOW, "2027-01-18", "9:05")).toBe(new Date(2027, 0, 18, 9, 5).getTime());
});

it("knows what is no moment ahead", () => {
  for (const [day, time] of [["", "09:00"], ["2027-01-15", "23:39"], ["2027-01-18", "24:00"], ["2027-01-18", "9"], ["2028-02-01", "09:00"], ["2027-99-99", "09:00"]] as const) {
    expect(until("at", NOW, day, time), `${day} ${time}`).toBeUndefined();
  }
});

it("has the day as a date field has it", () => {
  expect(dayOf(NOW)).toBe("2027-01-15");
  expect(CHOICES).toHaveLength(5);
});
