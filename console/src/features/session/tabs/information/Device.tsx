import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { DeviceFacts, Session } from "@/api";
import { bytes } from "@/i18n/format";
import { languageName, meaningful } from "@/shared/facts";
import { Facts } from "@/ui";

import { present } from "./present";

/** The computer that the end user sits at. */
export function Device({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const device = session.device;
  const over = session.state === "closed" || session.state === "expired";
  const facts = device == null ? [] : deviceFacts(t, device, session.asset_number ?? null, i18n.language);
  return (
    <section data-testid="device">
      <h2>{t("session.device")}</h2>
      {facts.length > 0 ? <Facts items={facts} /> : <p>{device == null && !over ? t("session.noDevice") : t("session.noFacts")}</p>}
    </section>
  );
}

function deviceFacts(t: TFunction, d: DeviceFacts, asset: string | null, language: string): (readonly [string, string])[] {
  const memory = d.memory_total == null || d.memory_total === 0 ? null : d.memory_free == null ? bytes(d.memory_total, language) : t("session.fact.memoryOf", { free: bytes(d.memory_free, language), total: bytes(d.memory_total, language) });
  const processor = [meaningful(d.processor), d.processors == null ? null : t("session.fact.cores", { count: d.processors })].filter((x) => x != null).join(" · ");
  return present([
    [t("session.fact.asset"), asset],
    [t("session.fact.host"), d.host_name],
    [t("session.fact.user"), d.user],
    [t("session.fact.system"), d.system],
    [t("session.fact.version"), d.system_version],
    [t("session.fact.addresses"), d.addresses.join("\n")],
    [t("session.fact.screens"), d.screens.map((s) => `${s.width} × ${s.height}`).join(", ")],
    [t("session.fact.processor"), processor],
    [t("session.fact.memory"), memory],
    [t("session.fact.disk"), d.disk_free == null || d.disk_free === 0 ? null : bytes(d.disk_free, language)],
    [t("session.fact.language"), languageName(d.language, language)],
    [t("session.fact.timeZone"), d.time_zone],
    [t("session.fact.program"), d.program],
  ]);
}
