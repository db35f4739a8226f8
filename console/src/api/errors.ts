/** The relay's refusals, by its one list of codes: the OpenAPI document's, which the translations are checked against. */

import { errorCodeValues, type components } from "@/gen/api";

export type ErrorCode = components["schemas"]["ErrorCode"];

export const isErrorCode = (text: string): text is ErrorCode => errorCodeValues.some((code) => code === text);

/** What the relay says of some refusals. */
export interface Reasons {
  /** With `channel_shut`: the channels that were asked, and why each lets nobody in. */
  asked?: components["schemas"]["AskedChannel"][];
  /** Of what was set up: what does not hold together. */
  fault?: components["schemas"]["SetupError"];
}

/** A refused or failed request. `offline`: the relay was not reached at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly code: ErrorCode | "offline",
    readonly detail = "",
    /** Seconds to wait, where the relay said so. */
    readonly retryAfter: number | null = null,
    /** With `already_claimed`: who holds the session. */
    readonly owner: { id: string; name: string } | null = null,
    readonly more: Reasons = {},
  ) {
    super(code);
  }
}

/** Reads problem+json (RFC 9457); anything else becomes `internal` or `unavailable`. */
export async function errorFrom(response: Response): Promise<ApiError> {
  let body: { code?: unknown; detail?: unknown; owner?: unknown; retry_after?: unknown } & Reasons = {};
  try {
    body = (await response.json()) as typeof body;
  } catch {
    // A proxy's own page, or nothing: the status has to do.
  }
  const code = typeof body.code === "string" && isErrorCode(body.code) ? body.code : byStatus(response.status);
  const seconds = Number(response.headers.get("retry-after") ?? body.retry_after ?? NaN);
  return new ApiError(code, typeof body.detail === "string" ? body.detail : "", Number.isFinite(seconds) ? seconds : null, person(body.owner), { ...(Array.isArray(body.asked) && { asked: body.asked }), ...(body.fault != null && { fault: body.fault }) });
}

function byStatus(status: number): ErrorCode {
  if (status === 401) return "signed_out";
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  if (status === 429) return "too_many_requests";
  if (status === 502 || status === 503 || status === 504) return "unavailable";
  return status < 500 ? "invalid_request" : "internal";
}

function person(owner: unknown): { id: string; name: string } | null {
  if (typeof owner !== "object" || owner === null) return null;
  const { id, name } = owner as { id?: unknown; name?: unknown };
  return typeof id === "string" && typeof name === "string" ? { id, name } : null;
}
