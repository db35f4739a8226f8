/** *Where would it go?* Asks the relay, which computes it as it does for a request that comes in. */

import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { channelName, setup as access, type Setup, type Tried } from "@/api";
import { errorText } from "@/shared/errorText";
import { Button, Dim, Form, Icon, Notice, SelectField, TextArea, TextField } from "@/ui";

import { byName, groupName, technicianName } from "../names";
import css from "../settings.module.css";
import { judgementText, verdictText } from "./trial";

const EMPTY = { text: "", asset: "", language: "", system: "", department: "", company: "", category: "" };

export function Tester({ setup, id, unsaved }: { setup: Setup; id: string; unsaved: boolean }) {
  const { t } = useTranslation();
  const [request, setRequest] = useState(EMPTY);
  const [tried, setTried] = useState<Tried | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const field = (name: keyof typeof EMPTY) => ({ label: name === "text" ? t("settings.tester.request") : t(`settings.tester.${name}`), value: request[name], autoComplete: "off", testId: `try-${name}`, onChange: (value: string) => setRequest({ ...request, [name]: value }) });
  const pick = (name: "company" | "category", things: readonly { id: string; setup: { name: string } }[]) => things.length > 0 && (
    <SelectField {...field(name)} options={[{ value: "", label: t("settings.tester.any") }, ...byName(things).map((it) => ({ value: it.id, label: it.setup.name }))]} />
  );
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      setTried(await access.tryRoute(id, Object.fromEntries(Object.entries(request).map(([key, value]) => [key, value.trim() === "" ? null : value.trim()]))));
    } catch (error) {
      setTried(null);
      setProblem(`${t("settings.tester.failed")} ${errorText(t, error)}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <aside className={css.aside} aria-label={t("settings.tester.title")}>
      <h2>{t("settings.tester.title")}</h2>
      <Dim>{t("settings.tester.text")}</Dim>
      {unsaved && <Notice tone="warn" icon="info">{t("settings.tester.unsaved")}</Notice>}
      <Form onSubmit={(event) => void submit(event)}>
        <TextArea {...field("text")} rows={3} maxLength={4000} />
        <div className={css.pairs}>
          <TextField {...field("department")} maxLength={120} />
          <TextField {...field("asset")} maxLength={64} />
          <TextField {...field("language")} maxLength={35} />
          <TextField {...field("system")} maxLength={120} />
          {pick("company", setup.companies)}
          {pick("category", setup.categories)}
        </div>
        <Button type="submit" busy={busy} testId="try">{t("settings.tester.submit")}</Button>
      </Form>
      {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
      {tried !== null && <Result setup={setup} tried={tried} />}
    </aside>
  );
}

function Result({ setup, tried: { route, pick } }: { setup: Setup; tried: Tried }) {
  const { t } = useTranslation();
  const { narrow } = route;
  const chosen = pick.chosen ?? null;
  return (
    <div className={css.form} style={{ gap: 12 }} data-testid="tried">
      <Notice tone="info" icon="check" testId="tried-result">
        <strong>{t("settings.tester.result", { channel: channelName(setup, route.channel), priority: t(`settings.priority.${route.priority}`).toLocaleLowerCase() })}</strong>
        {narrow != null && <div>{"group" in narrow ? t("settings.tester.narrowGroup", { group: groupName(t, setup, narrow.group) }) : t("settings.tester.narrowTechnician", { technician: technicianName(t, setup, narrow.technician) })}</div>}
        {route.skills.length > 0 && <div>{t("settings.tester.needs", { skills: route.skills.map((need) => t("settings.tester.skillLevel", { skill: need.skill, level: need.level })).join(", ") })}</div>}
      </Notice>
      <h3>{t("settings.tester.steps")}</h3>
      {route.steps.map((step) => (
        <div key={step.channel} data-testid="tried-step">
          {route.steps.length > 1 && <strong>{t("settings.tester.inChannel", { channel: channelName(setup, step.channel) })}</strong>}
          {step.checked.length === 0 && <p className={css.dim}>{t("settings.tester.noRules", { channel: channelName(setup, step.channel) })}</p>}
          <ol className={css.verdicts}>
            {step.checked.map((checked) => (
              <li key={checked.rule} data-yes={checked.verdict === "matched" ? true : checked.verdict === "not_asked" ? undefined : false}>
                <Icon name={checked.verdict === "matched" ? "check" : checked.verdict === "not_asked" ? "info" : "cross"} size={16} />
                <span><b>{checked.rule}. {checked.name}</b>: {verdictText(t, setup, step.channel, checked)}</span>
              </li>
            ))}
          </ol>
          {step.checked.length > 0 && !step.checked.some((it) => it.verdict === "matched") && <p className={css.dim}>{t("settings.tester.otherwise")}</p>}
        </div>
      ))}
      <h3>{t("settings.tester.pick")}</h3>
      <p>{pick.considered.length === 0 ? t("settings.tester.noMembers") : pick.policy === "manual" ? t("settings.tester.byHand") : chosen === null ? t("settings.tester.nobody") : t("settings.tester.chosen", { technician: technicianName(t, setup, chosen) })}</p>
      <ul className={css.verdicts} data-testid="considered">
        {pick.considered.map(({ technician, judgement }) => (
          <li key={technician} data-yes={"fits" in judgement}>
            <Icon name={"fits" in judgement ? "check" : "cross"} size={16} />
            <span><b>{technicianName(t, setup, technician)}</b> {judgementText(t, judgement, route.skills.length > 0)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
