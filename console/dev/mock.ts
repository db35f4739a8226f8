/**
 * A stand-in for the relay while developing the pages: `npm run build && npm run mock`, then http://127.0.0.1:8088.
 * Not shipped and not part of any test of the product. Pictures come from a second page, /mock/sender.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { readFileSync, existsSync } from "node:fs";
import { extname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { WebSocketServer, type WebSocket } from "ws";

import { FromEndUserSchema, FromTechnicianSchema, FromViewerSchema, GrantKind, HandshakeSchema, Lane as WireLane, ToViewerSchema } from "../src/gen/ponte_pb.ts";
import { uuidBytes, utf8 } from "../src/remote/bytes.ts";
import { calculateGenerator, sessionKey } from "../src/remote/seal/cpace.ts";
import { multiply, scalarFrom } from "../src/remote/seal/group.ts";
import { deriveKeys, type Keys } from "../src/remote/seal/keys.ts";
import { Lane } from "../src/remote/seal/lane.ts";
import { answerSetup } from "./setup.ts";

const CSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";
const DIGITS = "123454711";
const me = { id: "0199f3a0-0000-7000-8000-000000000001", name: "Ana Souza", email: "ana@example.org" };
const bruno = { id: "0199f3a0-0000-7000-8000-000000000002", name: "Bruno Lima" };
const now = Date.now();
const min = 60_000;
const device = {
  system: "Debian GNU/Linux 12 (bookworm)", system_version: "6.1.0-18-amd64", host_name: "pms-203355", addresses: ["10.20.3.55", "fe80::a00:27ff:fe4e:66a1"], user: "marcos.dias",
  screens: [{ name: "VGA-1", width: 1280, height: 720 }], processor: "Intel Core i5-8400 @ 2.80GHz", processors: 6, memory_total: 8 * 2 ** 30, memory_free: 3.1 * 2 ** 30, disk_free: 84 * 2 ** 30, language: "pt-BR", time_zone: "America/Sao_Paulo", program: null,
};
let next = 1042;
const messages = new Map<string, any[]>();
const actions = new Map<string, any[]>();
const sessions = new Map<string, any>();
function add(more: any): any {
  const id = randomUUID();
  const s = { id, number: next++, version: 1, state: "waiting", reach: "program", program: more.detail === "ready" || more.detail === "connected" ? "here" : "away", mode: "link", channel: "c1", priority: "normal", created_at: now, changed_at: now, chat: { newest: 0, end_user_got: 0, end_user_saw: 0, desk_saw: 0 }, history: [{ at: more.created_at ?? now, kind: "invited", by: me.name }], ...more };
  sessions.set(id, s);
  return s;
}
const equipment = new Map<string, any[]>();
const invite = { id: randomUUID(), expires_at: now + 48 * 60 * min };
add({ person: "Célia Prado", company: "Prefeitura de Sorocaba", subject: "Impressora não imprime frente e verso", state: "closed", outcome: "solved", owner: bruno, created_at: now - 380 * min });
add({ person: "Otávio Reis", company: "Casa Nova", subject: "E-mail não abre", state: "expired", created_at: now - 300 * min });
add({ person: "Hans Weber", company: "Weber GmbH", subject: "VPN drops every hour", state: "closed", outcome: "not_solved", owner: me, created_at: now - 222 * min });
add({ person: "Marina Costa", company: "Escola Monteiro", subject: "Tela preta depois da atualização", state: "active", detail: "connected", owner: bruno, started_at: now - 17 * min, created_at: now - 44 * min, device });
add({ person: "Сергей Волков", company: "Волга Логистик", subject: "1С не запускается", detail: "ready", waiting_since: now - 12 * min, created_at: now - 25 * min, device, invite });
add({ person: "Lúcia Amaral", company: "Clínica Vida", subject: "Não consigo acessar o sistema de agendamento desde ontem à tarde", detail: "ready", waiting_since: now - 4.3 * min, created_at: now - 9 * min, device, asset_number: "203355", invite });
add({ person: "Tom Becker", company: "Nordlicht", subject: "Install the new scanner", detail: "invited", waiting_since: now - 2 * min, created_at: now - 2 * min, invite });
add({ person: "Ivo Martins", company: "Casa Nova", subject: "Trocar o toner da recepção", state: "active", detail: "on_hold", owner: me, hold: { since: now - 30 * min, until: now + 90 * min, why: "O toner está a caminho" }, started_at: now - 60 * min, created_at: now - 70 * min });
add({ person: "Rita Alves", company: "Escola Monteiro", subject: "Projetor sem imagem", state: "closed", detail: "awaiting_confirmation", outcome: "solved", note: "Cabo trocado.", owner: me, confirms_at: now + 3000 * min, started_at: now - 100 * min, closed_at: now - 20 * min, created_at: now - 110 * min });
const live = add({ person: "Marcos Dias", company: "Prefeitura de Sorocaba", subject: "Planilha trava ao salvar", mode: "code", state: "active", detail: "connected", owner: me, started_at: now - 3 * min, created_at: now - 3 * min, device, asset_number: "203355", history: [{ at: now - 3 * min, kind: "opened_by_code", by: me.name }, { at: now - 1 * min, kind: "device_changed" }] });

const lucia = Array.from(sessions.values()).find((s) => s.person === "Lúcia Amaral");
Object.assign(lucia, { email: "lucia@clinicavida.example", phone: "+55 15 3222-0199", came_at: lucia.waiting_since });
for (const [kind, minutes, text, changed_infrastructure] of [["no_answer", 0, "Ligamos no ramal 12, ninguém atendeu.", false], ["work", 25, "Regra do firewall do balcão corrigida.", true]] as const) {
  actions.set(live.id, [...(actions.get(live.id) ?? []), { id: randomUUID(), at: now - 2 * min, by: { id: me.id, name: me.name }, kind, minutes, changed_infrastructure, text }]);
}

for (let i = 0; i < Number(process.env["MOCK_ROWS"] ?? 0); i += 1) add({ person: `Pessoa ${i}`, subject: "Carga", detail: "ready", waiting_since: now - i * min, came_at: now - i * min, queue_at: now - i * min, created_at: now - i * min });
for (const [person, priority, more] of [["Сергей Волков", "urgent", { channel: "c2" }], ["Lúcia Amaral", "high", { expires_at: now + min }]] as const) {
  const s = Array.from(sessions.values()).find((each) => each.person === person);
  Object.assign(s, { priority, came_at: s.waiting_since, queue_at: s.waiting_since, ...more });
}

/** How the technicians stand. */
let chosen = "available";
const load = (): number => Array.from(sessions.values()).filter((s) => s.state === "active" && s.owner?.id === me.id).length;
const standing = () => ({ id: me.id, name: me.name, chosen, effective: { availability: chosen, because: "chosen" }, load: load(), limit: 4 });
const team = () => [standing(), { id: bruno.id, name: bruno.name, chosen: "available", effective: { availability: "busy", because: { at_limit: { load: 3, limit: 3 } } }, load: 3, limit: 3 }];
function nextUp(): any {
  const waiting = Array.from(sessions.values()).filter((s) => s.state === "waiting" && s.detail === "ready").sort((a, b) => a.queue_at - b.queue_at);
  const [session, then] = waiting;
  if (session === undefined) return null;
  const before = then && { session: then.id, because: session.priority === then.priority ? { older: { by: Math.round((then.came_at - session.came_at) / 1000) } } : "priority" };
  return { session, then: then ?? null, place: { session: session.id, place: 1, of: waiting.length, ahead: { by_priority: 0, by_age: 0, by_ageing: 0 }, before: before ?? null, behind: null } };
}

const events = new Set<WebSocket>();
let cursor = 1;
function touch(s: any, change: any): any {
  Object.assign(s, change, { version: s.version + 1, changed_at: Date.now() });
  cursor += 1;
  for (const socket of events) socket.send(JSON.stringify({ type: "session", cursor, session: { ...s, history: undefined } }));
  return s;
}

const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://x");
  const path = url.pathname;
  const reply = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { "content-type": status >= 400 ? "application/problem+json" : "application/json", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  if (path === "/mock/sender") {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(readFileSync(join(import.meta.dirname, "sender.html")));
    return;
  }
  if (!path.startsWith("/api/v1/")) {
    const file = join(import.meta.dirname, "../dist", path);
    const found = extname(path) !== "" && existsSync(file) ? file : join(import.meta.dirname, "../dist/index.html");
    response.writeHead(200, { "content-type": types[extname(found)] ?? "application/octet-stream", "content-security-policy": CSP });
    response.end(readFileSync(found));
    return;
  }
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const body = text === "" ? {} : JSON.parse(text);
  const route = `${request.method} ${path.slice(8)}`;
  const problem = (status: number, code: string, more = {}, headers = {}): void => reply(status, { type: "about:blank", title: code, status, code, ...more }, headers);
  const cookie = (request.headers.cookie ?? "").includes("mock=1");
  const signedIn = { access_token: "t", expires_in: 600, technician: me };
  if (route === "POST auth/refresh") return cookie ? reply(200, signedIn) : problem(401, "signed_out");
  if (route === "POST auth/sign-in") {
    if (body.password === "locked") return problem(429, "too_many_tries", {}, { "retry-after": "540" });
    return body.password === "demo" ? reply(200, signedIn, { "set-cookie": "mock=1; Path=/" }) : problem(401, "wrong_password");
  }
  if (route === "POST auth/sign-out") return reply(204, undefined, { "set-cookie": "mock=0; Path=/" });
  if (route === "GET desk") return reply(200, { name: "Helpdesk Sorocaba", version: "0.1.0", links_base: "https://desk.example" });
  if (route === "POST tickets") return reply(200, { ticket: body.purpose === "view" ? `view:${body.session}` : "events" });
  if (route === "POST codes") return body.routing === DIGITS.slice(0, 5) ? reply(200, { ticket: "code" }) : body.routing === "00000" ? problem(429, "too_many_tries", {}, { "retry-after": "431" }) : problem(404, "wrong_code");
  const own = ownThings(route);
  if (own !== undefined) return reply(own === null ? 204 : 200, own ?? undefined);
  if (route === "GET team") return reply(200, { technicians: team() });
  if (route === "PUT team/me") {
    chosen = body.availability;
    if (chosen === "off_shift") for (const s of sessions.values()) if (s.state === "active" && s.owner?.id === me.id) touch(s, { owner: null, state: "waiting", detail: "ready", waiting_since: Date.now() });
    return reply(200, standing());
  }
  if (route === "GET queue/next") return reply(200, { next: nextUp() });
  if (route === "POST queue/next") {
    const up = nextUp();
    if (up === null) return problem(404, "not_found");
    return reply(200, { ...up, session: touch(up.session, { owner: me, state: "active", detail: "connected", started_at: Date.now() }) });
  }
  const set = answerSetup(request.method ?? "", path.slice(8), body);
  if (set !== null) return set.status >= 400 ? problem(set.status, set.body.code) : reply(set.status, set.body);
  if (route === "GET sessions") return reply(200, { cursor, sessions: Array.from(sessions.values(), (s) => ({ ...s, history: undefined })).reverse() });
  if (route === "POST sessions") {
    const { invite_public: _p, claim_hash: _c, ...rest } = body;
    const s = add({ ...rest, detail: "invited", waiting_since: Date.now(), created_at: Date.now(), invite: { id: randomUUID(), expires_at: Date.now() + 48 * 60 * min } });
    return reply(201, touch(s, {}));
  }
  const invited = /^GET invites\/(.+)$/.exec(route);
  if (invited) return invited[1] === "gone" ? problem(404, "not_found") : reply(200, { desk_name: "Helpdesk Sorocaba", person: "Lúcia", subject: "Sistema de agendamento", state: invited[1] === "started" ? "started" : "open", programs: [{ system: "linux", file: "ponte-sos-linux-x86_64", size: 8_400_000, sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", url: "/dl/ponte-sos-linux-x86_64" }] });
  const chat = /^(GET|POST) sessions\/([^/]+)\/messages(\/seen)?$/.exec(route);
  const talked = chat && sessions.get(chat[2] ?? "");
  if (chat && talked) {
    const said = messages.get(talked.id) ?? [];
    if (chat[3] !== undefined) {
      touch(talked, { chat: { ...talked.chat, desk_saw: body.number } });
      return reply(204, undefined);
    }
    if (chat[1] === "GET") return reply(200, { messages: said });
    const message = { id: body.id, number: said.length + 1, at: Date.now(), technician: { id: me.id, name: me.name }, text: body.text };
    messages.set(talked.id, [...said, message]);
    touch(talked, { chat: { newest: message.number, end_user_got: message.number, end_user_saw: message.number - 1, desk_saw: message.number } });
    return reply(201, message);
  }
  const pieces = /^(GET|POST|PUT|DELETE) sessions\/([^/]+)\/equipment(?:\/(.+))?$/.exec(route);
  if (pieces) {
    const [, method, of = "", piece] = pieces;
    const known = equipment.get(of) ?? [];
    const added = { ...body, at: Date.now(), by: { id: me.id, name: me.name } };
    equipment.set(of, method === "POST" ? [...known, added] : method === "PUT" ? known.map((it) => (it.id === piece ? { ...it, ...body } : it)) : method === "DELETE" ? known.filter((it) => it.id !== piece) : known);
    return reply(method === "POST" ? 201 : 200, { pieces: equipment.get(of) });
  }
  const before = /^GET sessions\/([^/]+)\/earlier$/.exec(route);
  if (before) {
    const all = Array.from(sessions.values()).filter((s) => s.id !== before[1] && s.state === "closed");
    return reply(200, { person: all.slice(0, 1).map((session) => ({ session, same: ["email", "computer"] })), company: all.slice(1) });
  }
  const logged = /^(GET|POST) sessions\/([^/]+)\/actions$/.exec(route);
  if (logged) {
    const log = actions.get(logged[2] ?? "") ?? [];
    if (logged[1] === "POST") log.push({ ...body, at: Date.now(), by: { id: me.id, name: me.name } });
    actions.set(logged[2] ?? "", log);
    return reply(200, { actions: log });
  }
  const edited = /^PATCH sessions\/([^/]+)$/.exec(route);
  if (edited) {
    const { version, ...more } = body;
    const known = sessions.get(edited[1] ?? "");
    return known === undefined ? problem(404, "not_found") : known.version === version ? reply(200, touch(known, more)) : problem(409, "version_conflict");
  }
  const one = /^(GET|POST) sessions\/([^/]+)(?:\/(\w+))?$/.exec(route);
  const s = one && sessions.get(one[2] ?? "");
  if (!one || !s) return problem(404, "not_found");
  if (one[3] === "claim") return reply(200, touch(s, { owner: me, state: "active", detail: "connected", started_at: Date.now() }));
  if (one[3] === "release") return reply(200, touch(s, { owner: null, state: "waiting", detail: "ready", waiting_since: Date.now() }));
  if (one[3] === "close") return reply(200, touch(s, { state: "closed", detail: null, outcome: body.outcome, note: body.note ?? null, reason: body.reason ?? null, reopen_until: Date.now() + 7200 * min }));
  if (one[3] === "hold") return reply(200, touch(s, { detail: "on_hold", hold: { since: Date.now(), until: body.until, why: body.why } }));
  if (one[3] === "resume") return reply(200, touch(s, { detail: "connected", hold: null }));
  if (one[3] === "confirm") return reply(200, touch(s, { detail: null, confirms_at: null, reopen_until: Date.now() + 7200 * min }));
  if (one[3] === "reject" || one[3] === "reopen") return reply(200, touch(s, { state: "active", detail: "reconnecting", reach: "any_way", outcome: null, reopened_at: Date.now(), confirms_at: null, reopen_until: null, owner: me }));
  if (one[3] === "link") return reply(200, touch(s, { invite: { id: randomUUID(), expires_at: Date.now() + 1440 * min } }));
  return reply(200, s);
}

let sender: WebSocket | null = null;
let viewer: ReturnType<typeof viewerSide> | null = null;
/** Say what the end user does: GET /mock/do?allow | deny | silent | revoke | lost | limits | away | back | end | cursor, and the network: drop; clear takes all rights. */
function viewerSide(socket: WebSocket, sessionId: string | null) {
  const id = uuidBytes(randomUUID());
  const say = (body: MessageInitShape<typeof ToViewerSchema>["body"]): void => socket.send(toBinary(ToViewerSchema, create(ToViewerSchema, { body: body! })));
  const shake = (body: any): void => say({ case: "peer", value: { lane: WireLane.HANDSHAKE, payload: toBinary(HandshakeSchema, create(HandshakeSchema, { body })) } });
  let keys: Keys | null = null;
  let lanes: Record<"control" | "input" | "pointer", Lane> | null = null;
  let tries = 3;
  const tell = (body: MessageInitShape<typeof FromEndUserSchema>["body"]): void => {
    if (lanes) say({ case: "peer", value: { lane: WireLane.CONTROL, payload: lanes.control.seal(toBinary(FromEndUserSchema, create(FromEndUserSchema, { body: body! }))) } });
  };
  say({ case: "welcome", value: { viewer: id, pairingMode: "code", invitePublic: new Uint8Array() } });
  say({ case: "link", value: { online: true } });
  let asked: GrantKind | undefined;
  let resumed = false;
  const offer = (mode: number, share: Uint8Array): void => {
    const f = scalarFrom(new Uint8Array(64).map(() => Math.floor(Math.random() * 256)));
    const resume = (resumed = mode === 3);
    const mine = resume ? new Uint8Array(32).fill(4) : multiply(calculateGenerator(utf8(DIGITS.slice(5)), utf8("ponte/1 code"), id), f);
    const technician = uuidBytes(me.id);
    const root = resume ? pairingSecret : sessionKey({ sid: id, secretScalar: f, peerShare: share, shareA: share, adA: technician, shareB: mine, adB: new Uint8Array() });
    keys = deriveKeys(root, { mode: resume ? "resume" : "code", viewer: id, technician, shareA: share, shareB: mine });
    shake({ case: "answer", value: { share: mine } });
  };
  return {
    do(what: string): void {
      if (what === "allow" && asked !== undefined) granted = [...granted, asked];
      if (what === "revoke") granted = [];
      if (["allow", "deny", "silent", "revoke"].includes(what)) tell({ case: "grants", value: { granted, ...(what === "deny" || what === "silent" ? { denied: asked! } : {}), byTimeout: what === "silent", revoked: what === "revoke" } });
      if (what === "lost") tell({ case: "capture", value: { ok: false, reason: "display_lost" } });
      if (what === "limits") for (const reason of ["no_shm", "no_damage"]) tell({ case: "capture", value: { ok: true, reason } });
      if (what === "away" || what === "back") say({ case: "link", value: { online: what === "back" } });
      if (what === "end") say({ case: "ended", value: { reason: "end_user" } });
      if (what === "cursor") tell({ case: "cursor", value: { width: 16, height: 16, hotX: 0, hotY: 0, rgba: new Uint8Array(1024).fill(255) } });
    },
    answer: (sdp: string) => say({ case: "answer", value: { sdp } }),
    input(lane: "input" | "pointer", data: Uint8Array): void {
      const plain = lanes?.[lane].open(data);
      console.log(lane, plain ? JSON.stringify(fromBinary(FromTechnicianSchema, plain).body) : "NOT OPENED");
    },
    receive(data: Uint8Array): void {
      const body = fromBinary(FromViewerSchema, data).body;
      if (body.case === "offer") sender?.send(JSON.stringify({ sdp: body.value.sdp, key: Array.from(pictureKey) }));
      if (body.case !== "peer") return;
      if (body.value.lane === WireLane.HANDSHAKE) {
        const h = fromBinary(HandshakeSchema, body.value.payload).body;
        if (h.case === "offer") offer(h.value.mode, h.value.share);
        if (h.case === "confirm" && keys) {
          if (Buffer.compare(h.value.tag, keys.tagTechnician) !== 0) {
            tries -= 1;
            shake({ case: "reject", value: { code: tries === 0 ? "code_burned" : "wrong_secret", triesLeft: tries } });
            return;
          }
          const k = keys;
          const flip = (n: "control" | "input" | "pointer"): Lane => new Lane(n, { send: k.lanes[n].receive, receive: k.lanes[n].send });
          lanes = { control: flip("control"), input: flip("input"), pointer: flip("pointer") };
          // A resumed pairing keeps its secret.
          if (!resumed) pairingSecret = k.pairingSecret;
          shake({ case: "accept", value: { tag: k.tagEndUser, pairingId: new Uint8Array(16).fill(8) } });
          if (sessionId === null) say({ case: "session", value: { sessionId: live.id, number: BigInt(live.number) } });
          tell({ case: "pictureKey", value: { epoch: 1, key: pictureKey } });
          tell({ case: "grants", value: { granted } });
        }
      } else if (lanes) {
        const plain = lanes.control.open(body.value.payload);
        if (!plain) return console.log("control NOT OPENED");
        const m = fromBinary(FromTechnicianSchema, plain).body;
        if (m.case === "ping") tell({ case: "pong", value: { id: m.value.id, sosMicros: process.hrtime.bigint() / 1000n } });
        if (m.case === "ask") {
          asked = m.value.grant;
          tell({ case: "grants", value: { granted, asking: asked } });
        }
        if (m.case === "giveBack") {
          granted = granted.filter((g) => g !== m.value.grant);
          tell({ case: "grants", value: { granted } });
        }
      }
    },
  };
}
let granted: GrantKind[] = [];
/** Of the only epoch here. */
const pictureKey: Uint8Array = crypto.getRandomValues(new Uint8Array(32));
let pairingSecret = new Uint8Array(32) as Uint8Array;

const server = createServer((request, response) => {
  const what = /^\/mock\/do\?(\w+)$/.exec(request.url ?? "")?.[1];
  if (what !== undefined) {
    if (what === "clear") granted = [];
    if (what === "drop") for (const socket of sockets.clients) if (socket !== sender) socket.terminate();
    viewer?.do(what);
    response.end("ok");
  } else void handle(request, response);
});
const sockets = new WebSocketServer({ noServer: true });
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (ws) => {
    const path = request.url ?? "";
    if (path === "/mock/sender") {
      sender = ws;
      ws.on("message", (data: Buffer, binary) => {
        if (binary) viewer?.input(data[0] === 3 ? "input" : "pointer", new Uint8Array(data.subarray(1)));
        else viewer?.answer((JSON.parse(data.toString()) as { sdp: string }).sdp);
      });
    } else if (path.endsWith("/events")) {
      events.add(ws);
      ws.on("close", () => events.delete(ws));
    } else {
      ws.once("message", (data: Buffer) => {
        const hello = fromBinary(FromViewerSchema, new Uint8Array(data)).body;
        const ticket = hello.case === "hello" ? hello.value.ticket : "";
        const side = viewerSide(ws, ticket === "code" ? null : ticket.slice(5));
        viewer = side;
        ws.on("message", (more: Buffer) => side.receive(new Uint8Array(more)));
      });
    }
  });
});
const port = Number(process.env["MOCK_PORT"] ?? 8088);
server.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}  ana@example.org / demo, code`, DIGITS));

/** What belongs to a technician themselves, and what only the settings show; null for what answers nothing. */
function ownThings(route: string): unknown {
  const at = Date.now();
  const session = live;
  const about = { id: session.id, number: session.number, person: session.person, subject: session.subject, channel: session.channel };
  if (route === "GET me/notices") return { notices: [{ id: 2, at, event: "waiting", session: about, ways: ["page"], seen: false }, { id: 1, at: at - 60_000, event: "message", session: about, ways: ["page"], seen: true }] };
  if (route === "POST me/notices/seen" || route === "PUT me/language") return null;
  if (route === "GET me/notifications") return { version: 0, preferences: { ways: {}, volume: 60, mail: "not_here" }, usual: { waiting: ["page", "desktop", "sound"], message: ["page"] }, events: ["waiting", "message"], mail: true };
  if (route === "GET me/sign-ins") return { sign_ins: [{ id: 1, since: at - 3_600_000, heard_at: at, network: "192.0.2.7", agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", this: true }] };
  if (route === "GET audit") return { lines: [{ id: 2, at, actor: "technician", by: "Ana", kind: "signed_in", about: "192.0.2.7" }, { id: 1, at, actor: "relay", kind: "desk_set_up", about: "" }] };
  if (route === "GET audit/kinds") return ["desk_set_up", "signed_in"];
  if (route === "GET webhooks" || route === "GET api-tokens") return [];
  return undefined;
}
