/** What a webhook is told, and where. */

import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { webhooks, type WebhookSetup } from "@/api";
import { errorText } from "@/shared/errorText";
import { Button, Check, CheckList, Form, Notice, Radios, Row, TextField } from "@/ui";

import { useSetupNow } from "../context";
import { byName } from "../names";

type Event = WebhookSetup["events"][number];

/** A refusal is shown, and nothing that was typed is lost. */
export function WebhookForm({ setup: given, submit, onSubmit }: { setup?: WebhookSetup; submit: string; onSubmit: (setup: WebhookSetup) => Promise<void> }) {
  const { t } = useTranslation();
  const desk = useSetupNow();
  const [name, setName] = useState(given?.name ?? "");
  const [url, setUrl] = useState(given?.url ?? "https://");
  const [events, setEvents] = useState<readonly Event[]>(given?.events ?? []);
  const [channels, setChannels] = useState<readonly string[] | null>(given?.channels ?? null);
  const [enabled, setEnabled] = useState(given?.enabled ?? true);
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const faults = {
    name: name.trim() === "" ? t("settings.nameRequired") : undefined,
    url: /^https?:\/\/[^/]+/.test(url.trim()) ? undefined : t("webhooks.urlInvalid"),
    events: events.length === 0 ? t("webhooks.eventsRequired") : undefined,
    channels: channels?.length === 0 ? t("webhooks.channelsRequired") : undefined,
  };
  const send = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit({ name: name.trim(), url: url.trim(), events: [...events], channels: channels === null ? null : [...channels], enabled });
    } catch (error) {
      setProblem(errorText(t, error));
    }
    setBusy(false);
  };
  return (
    <div style={{ maxWidth: 620 }}>
      <Form onSubmit={(event) => void send(event)}>
        <TextField label={t("settings.name")} value={name} onChange={setName} maxLength={80} autoComplete="off" error={asked ? faults.name : undefined} testId="webhook-name" />
        <TextField label={t("webhooks.url")} value={url} onChange={setUrl} maxLength={2000} autoComplete="off" error={asked ? faults.url : undefined} testId="webhook-url" />
        <CheckList label={t("webhooks.events")} find={t("settings.find")} empty="" options={webhooks.EVENTS.map((value) => ({ value, label: t(`event.${value}`) }))} value={events} onChange={(chosen) => setEvents(webhooks.EVENTS.filter((it) => chosen.includes(it)))} testId="webhook-events" />
        {asked && faults.events !== undefined && <Notice tone="bad" icon="alert">{faults.events}</Notice>}
        <Radios label={t("webhooks.channels")} value={channels === null ? "all" : "some"} onChange={(chosen) => setChannels(chosen === "all" ? null : [])} options={[{ value: "all", label: t("webhooks.allChannels") }, { value: "some", label: t("webhooks.someChannels") }]} />
        {channels !== null && <CheckList label={t("settings.area.channels")} find={t("settings.find")} empty="" options={byName(desk.channels).map((it) => ({ value: it.id, label: it.setup.name }))} value={channels} onChange={setChannels} testId="webhook-channels" />}
        {asked && faults.channels !== undefined && <Notice tone="bad" icon="alert">{faults.channels}</Notice>}
        <Check label={t("webhooks.enabled")} hint={t("webhooks.enabledHint")} checked={enabled} onChange={setEnabled} testId="webhook-enabled" />
        {problem !== null && <Notice tone="bad" icon="alert" testId="webhook-problem">{problem}</Notice>}
        <Row><Button type="submit" kind="primary" busy={busy} testId="save-webhook">{submit}</Button></Row>
      </Form>
    </div>
  );
}
