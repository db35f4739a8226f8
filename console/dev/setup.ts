/** What is set up in the stand-in desk, and what the relay says about it. Kept while the mock runs. */

import { randomUUID } from "node:crypto";

import { permissionValues } from "../src/gen/api.ts";

const ana = "0199f3a0-0000-7000-8000-000000000001";
const bruno = "0199f3a0-0000-7000-8000-000000000002";
const channel = (more: object) => ({ kind: "remote", technicians: [], groups: [], policy: "manual", rules: [], fallback: null, fallback_order: ["collaborator", "group", "channel", "fallback_channel"], hours: null, pause: null, most_waiting: null, otherwise: "turn_away", waiting_limit: "never", ageing: { normal: 1800, high: 7200, urgent: 28_800 }, targets: null, script: null, description: null, ...more });
const office = [{ from: "08:00", to: "12:00" }, { from: "13:30", to: "18:00" }];
const things: Record<string, any[]> = {
  channels: [
    { id: "c1", version: 1, setup: channel({
      name: "Suporte", script: "Bom dia! Com quem eu falo?\nConfirme o número do patrimônio (etiqueta no gabinete).\n\n• O que estava fazendo quando parou?\n• Já reiniciou o computador?", groups: ["g1"], technicians: [ana], policy: "least_busy", waiting_limit: { minutes: 240 }, fallback: "c2", hours: { time_zone: "America/Sao_Paulo", week: { monday: office, tuesday: office, wednesday: office, thursday: office, friday: office, saturday: [], sunday: [] }, holidays: [{ on: "12-25", name: "Natal", hours: [] }] },
      targets: { reaction: { urgent: 15, high: 30, normal: 60, low: null }, resolution: { urgent: 240, high: 480, normal: null, low: null }, amber: 75 },
      rules: [{ name: "Rede", when: [{ any_word: ["vpn", "wi-fi"] }], then: { to: { group: "g1" }, priority: "high", skills: [{ skill: "redes", level: 3 }] } }, { name: "Patrimônio", when: [{ asset: ["20####"] }, { company: ["k1"] }], then: { to: { channel: "c2" }, priority: null, skills: [] } }],
    }) },
    { id: "c2", version: 1, setup: channel({ name: "Presencial", kind: "in_person", pause: { until: null } }) },
  ],
  groups: [{ id: "g1", version: 1, setup: { name: "Redes", description: "Segundo nível", members: [bruno] } }],
  technicians: [
    { id: ana, version: 1, name: "Ana Souza", email: "ana@example.org", setup: { enabled: true, holds: [{ role: "owner", on: "desk" }], companies: "all", skills: {}, limit: 5 } },
    { id: bruno, version: 1, name: "Bruno Lima", email: "bruno@example.org", setup: { enabled: true, holds: [{ role: "channel_manager", on: { channel: "c1" } }], companies: { only: { companies: ["k1"], and_without: true } }, skills: { redes: 4 }, limit: 3 } },
  ],
  roles: [{ id: "r1", version: 1, setup: { name: "Estagiário", description: null, permissions: ["session_view", "chat_read"] } }],
  companies: [{ id: "k1", version: 1, setup: { name: "Prefeitura de Sorocaba" } }],
  categories: [{ id: "y1", version: 1, setup: { name: "Impressoras", priority: "normal" } }],
};
const desk = { version: 1, setup: { default_channel: "c1", overrides: [] as any[], patience: { silent: 60, gone: 900, after_shift: 900 } } };

interface Answer {
  status: number;
  body: any;
}

/** `path` is behind `/api/v1/`; null: not about what is set up. */
export function answerSetup(method: string, path: string, body: any): Answer | null {
  const refused = (status: number, code: string): Answer => ({ status, body: { code } });
  if (path === "setup" && method === "GET") return { status: 200, body: { desk, ...things, removed_channels: [], may: ["desk", ...things["channels"]!.map((it) => ({ channel: it.id }))].map((on) => ({ on, permissions: permissionValues })) } };
  if (path === "setup" && method === "PUT") {
    if (body.version !== desk.version) return refused(409, "version_conflict");
    Object.assign(desk, { version: desk.version + 1, setup: body.setup });
    return { status: 200, body: { version: desk.version } };
  }
  const tried = /^channels\/([^/]+)\/try$/.exec(path);
  if (tried) {
    const fits = { technician: bruno, judgement: { fits: { level: 4, load: 1, limit: 3 } } };
    return { status: 200, body: {
      route: { channel: tried[1], narrow: { group: "g1" }, priority: "high", skills: [{ skill: "redes", level: 3 }], steps: [{ channel: tried[1], checked: [{ rule: 1, name: "Rede", verdict: "matched" }, { rule: 2, name: "Patrimônio", verdict: { not: { condition: 1, found: "nothing" } } }] }] },
      pick: { policy: "least_busy", chosen: bruno, considered: [fits, { technician: ana, judgement: { unfit: { skill: { skill: "redes", has: null, needs: 3 } } } }] },
    } };
  }
  if (/^technicians\/[^/]+\/permissions$/.test(path)) {
    return { status: 200, body: permissionValues.map((permission, index) => ({ permission, decision: { allowed: index % 3 !== 0, reasons: [index % 3 === 0 ? { role_lacks: { role: "channel_manager", on: { channel: "c1" } } } : { role_gives: { role: "channel_manager", on: { channel: "c1" } } }] } })) };
  }
  const [kind = "", id] = path.split("/");
  const list = things[kind];
  if (list === undefined) return null;
  if (id === undefined && method === "POST") {
    const made = { id: randomUUID(), version: 1, ...(kind === "technicians" ? { name: body.name, email: body.email, setup: { enabled: true, holds: [], companies: "all", skills: {}, limit: 5, ...body.setup } } : { setup: kind === "channels" ? channel(body) : body }) };
    list.push(made);
    return { status: 201, body: { id: made.id, version: 1 } };
  }
  const it = list.find((one) => one.id === id);
  if (it === undefined) return refused(404, "not_found");
  if (method === "DELETE") {
    list.splice(list.indexOf(it), 1);
    return { status: 204, body: undefined };
  }
  if (body.version !== it.version) return refused(409, "version_conflict");
  Object.assign(it, { version: it.version + 1, setup: body.setup });
  return { status: 200, body: { version: it.version } };
}
