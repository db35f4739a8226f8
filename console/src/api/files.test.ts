import { describe, expect, it, vi } from "vitest";

import { ApiError } from "./errors";
import { endingsOf, KINDS, PIECE, refusal, upload } from "./files";
import * as http from "./http";
import type { Attachment } from "./types";

vi.mock("./http", async (original) => ({ ...(await original<typeof http>()), post: vi.fn(), putBytes: vi.fn() }));

const RULES = { each: 1, session: 10, kinds: ["jpeg", "txt"] } as NonNullable<Parameters<typeof refusal>[1]>;
const at = (received: number, state: Attachment["state"] = "arriving") => ({ attachment: { received, state } as Attachment });
const file = (size: number): File => new File([new Uint8Array(size)], "a.txt");
const going = new AbortController().signal;

describe("a file", () => {
  it("is refused before anything is sent, by the desk's own rules", () => {
    expect(refusal({ name: "Photo.JPG", size: 1 }, RULES)).toBeNull();
    expect(refusal({ name: "run.exe", size: 1 }, RULES)?.code).toBe("file_kind_refused");
    expect(refusal({ name: "txt", size: 1 }, RULES)?.code).toBe("file_kind_refused");
    expect(refusal({ name: "a.txt", size: 1024 * 1024 + 1 }, RULES)?.code).toBe("file_too_large");
    expect(refusal({ name: "a.txt", size: 0 }, RULES)?.code).toBe("invalid_request");
  });

  it("has endings for every kind that the relay knows", () => {
    expect(new Set(endingsOf(KINDS)).size).toBe(endingsOf(KINDS).length);
  });

  it("goes piece by piece, and on from where the relay has it", async () => {
    vi.mocked(http.post).mockResolvedValueOnce(at(PIECE));
    vi.mocked(http.putBytes).mockResolvedValueOnce(at(2 * PIECE)).mockResolvedValueOnce({ ...at(2 * PIECE + 5, "kept"), message: { number: 7 } });
    const told: number[] = [];
    const message = await upload("s", "f", file(2 * PIECE + 5), going, (sent) => told.push(sent));
    expect(message).toMatchObject({ number: 7 });
    expect(told).toEqual([PIECE, 2 * PIECE, 2 * PIECE + 5]);
    expect(vi.mocked(http.putBytes).mock.calls.map(([path, bytes]) => [path, bytes.size])).toEqual([
      [`sessions/s/attachments/f?from=${PIECE}`, PIECE],
      [`sessions/s/attachments/f?from=${2 * PIECE}`, 5],
    ]);
  });

  it("asks how far it had come when the relay was away, and goes on", async () => {
    vi.mocked(http.post).mockReset().mockResolvedValueOnce(at(0)).mockRejectedValueOnce(new ApiError("offline")).mockResolvedValueOnce(at(3));
    vi.mocked(http.putBytes).mockReset().mockRejectedValueOnce(new ApiError("unavailable")).mockResolvedValueOnce({ ...at(9, "kept"), message: { number: 1 } });
    const told: [number, boolean][] = [];
    const message = await upload("s", "f", file(9), going, (...it) => told.push(it), [0]);
    expect(message).toMatchObject({ number: 1 });
    expect(told).toEqual([[0, false], [0, true], [0, true], [3, false], [9, false]]);
  });

  it("ends with what the relay says against it", async () => {
    vi.mocked(http.post).mockReset().mockRejectedValueOnce(new ApiError("files_full"));
    await expect(upload("s", "f", file(9), going, () => undefined)).rejects.toMatchObject({ code: "files_full" });
  });
});
