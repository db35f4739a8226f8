/** *What may Ana do here, and why?* The relay answers, by the rules by which it decides. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { may, setup as access, type Scope, type Setup, type TechnicianEntry } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { errorText } from "@/shared/errorText";
import { Chip, Dim, Loading, Notice, Segments, SelectField } from "@/ui";

import { byName } from "../names";
import { settledHere, useSettle } from "../overrides";
import { AREAS, inArea } from "../permissions";
import css from "../settings.module.css";
import { reasonText } from "./reasons";

const SHOWN = ["all", "allowed", "denied"] as const;

export function Explain({ setup, entry, channel }: { setup: Setup; entry: TechnicianEntry; channel: string | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [shown, setShown] = useState<(typeof SHOWN)[number]>("all");
  const here = setup.channels.some((it) => it.id === channel) ? channel : undefined;
  const on: Scope = here === undefined ? "desk" : { channel: here };
  // Below what is set up, so that each change of that asks again.
  const { data, error } = useQuery({ queryKey: [...SETUP_KEY, "explained", entry.id, here ?? ""], queryFn: () => access.explainPermissions(entry.id, here) });
  const isOwner = entry.setup.holds?.some((held) => held.role === "owner") === true;
  const maySettle = may(setup, "role_manage", here) && !isOwner;
  const whom = { technician: entry.id };
  const { settle } = useSettle(setup, whom, on, (permission) => t("settings.explain.changed", { permission: t(`settings.permission.${permission}`), name: entry.name }));
  const decisions = new Map(data?.map((it) => [it.permission, it.decision]));
  const allowed = data?.filter((it) => it.decision.allowed).length ?? 0;
  return (
    <>
      <h2>{t("settings.explain.title", { name: entry.name })}</h2>
      <Dim>{t("settings.explain.text")}</Dim>
      <div className={css.rowLine}>
        <SelectField label={t("settings.explain.where")} value={here ?? ""} options={[{ value: "", label: t("settings.wholeDesk") }, ...byName(setup.channels).map((it) => ({ value: it.id, label: t("settings.channelOf", { channel: it.setup.name }) }))]} onChange={(chosen) => void navigate({ to: "/settings/$area/$id", params: { area: "technicians", id: entry.id }, search: { tab: "explain", ...(chosen !== "" && { channel: chosen }) } })} testId="explain-where" />
        <Segments label={t("settings.explain.only")} value={shown} options={SHOWN.map((it) => ({ value: it, label: t(`settings.explain.${it}`) }))} onChange={setShown} />
        {data !== undefined && <span className={css.dim} data-testid="explain-count">{t("settings.explain.count", { allowed, all: data.length })}</span>}
      </div>
      {error !== null && <Notice tone="bad" icon="alert">{t("settings.explain.failed")} {errorText(t, error)}</Notice>}
      {data === undefined && error === null && <Loading label={t("app.loading")} />}
      {!maySettle && !isOwner && <Dim>{t("settings.explain.noSingle")}</Dim>}
      {data !== undefined && (
        <div className={css.tableBox}>
          <table className={`${css.table} ${css.explained ?? ""}`} aria-label={t("settings.explain.title", { name: entry.name })}>
            <thead><tr>{(["permission", "decision", "why"] as const).map((it) => <th key={it} scope="col">{t(`settings.explain.columns.${it}`)}</th>)}{maySettle && <th scope="col">{t("settings.explain.columns.single")}</th>}</tr></thead>
            {AREAS.map((area) => {
              const rows = inArea(area).filter((it) => shown === "all" || decisions.get(it)?.allowed === (shown === "allowed"));
              return rows.length > 0 && (
                <tbody key={area}>
                  <tr><th scope="rowgroup" colSpan={maySettle ? 4 : 3}>{t(`settings.permissionArea.${area}`)}</th></tr>
                  {rows.map((permission) => {
                    const decision = decisions.get(permission);
                    const name = t(`settings.permission.${permission}`);
                    return (
                      <tr key={permission} data-testid={`permission-${permission}`}>
                        <td>{name}</td>
                        <td><Chip tone={decision?.allowed === true ? "good" : "neutral"} icon={decision?.allowed === true ? "check" : "cross"}>{decision?.allowed === true ? t("settings.explain.allowed") : t("settings.explain.denied")}</Chip></td>
                        <td><ol className={css.reasons}>{decision?.reasons.map((reason, index) => <li key={index}>{reasonText(t, setup, reason)}</li>)}</ol></td>
                        {maySettle && <td><SelectField small label={`${t("settings.explain.single", { name: entry.name })}: ${name}`} bare value={settledHere(setup, whom, on, permission)} options={[{ value: "role", label: t("settings.explain.byRole") }, { value: "allow", label: t("settings.explain.allow") }, { value: "deny", label: t("settings.explain.deny") }]} onChange={(chosen) => settle(permission, chosen === "allow" || chosen === "deny" ? chosen : "role")} /></td>}
                      </tr>
                    );
                  })}
                </tbody>
              );
            })}
          </table>
        </div>
      )}
    </>
  );
}
