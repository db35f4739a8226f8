/** Other servers that are told of what happens: all of them, and a new one. */

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { may, webhooks, type Webhook } from "@/api";
import { errorText } from "@/shared/errorText";
import { Button, Chip, CopyField, Dim, Empty, Icon, Loading, Notice } from "@/ui";

import { useSetupNow } from "../context";
import css from "../settings.module.css";
import { WebhookForm } from "./WebhookForm";
import { WebhookPage } from "./WebhookPage";

/** The relay asks again anyway. */
export function WebhooksPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const [open, setOpen] = useState<string | null>(null);
  const [made, setMade] = useState<{ id: string; secret: string } | null>(null);
  const { data, error, refetch } = webhooks.useWebhooks();
  if (!may(setup, "webhook_manage")) return <Empty whole icon="lock" title={t("settings.mayNot", { permission: t("settings.permission.webhook_manage") })} />;
  if (data === undefined) return error === null ? <Loading label={t("app.loading")} /> : <Empty whole icon="alert" title={t("webhooks.failed")} text={errorText(t, error)}><Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button></Empty>;
  const back = (): void => {
    setOpen(null);
    setMade(null);
  };
  const shown = open === null || open === "new" ? undefined : data.find((it) => it.id === open);
  if (open === "new" || shown !== undefined) {
    return (
      <div className={css.page}>
        <button type="button" className={css.back} onClick={back} data-testid="all-webhooks"><Icon name="back" size={14} />{t("webhooks.back")}</button>
        {made !== null && made.id === open && <Secret secret={made.secret} />}
        {shown === undefined ? <New onMade={(it) => { setMade(it); setOpen(it.id); }} /> : <WebhookPage key={shown.id} webhook={shown} onGone={back} />}
      </div>
    );
  }
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1>{t("webhooks.title")}</h1>
        <Button icon="plus" kind="primary" testId="new-webhook" onClick={() => setOpen("new")}>{t("webhooks.new")}</Button>
      </div>
      <Dim>{t("webhooks.intro")}</Dim>
      {data.length === 0 ? <Empty icon="link" title={t("webhooks.none")} /> : <List all={data} onOpen={setOpen} />}
    </div>
  );
}

function New({ onMade }: { onMade: (made: { id: string; secret: string }) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <h1>{t("webhooks.new")}</h1>
      <WebhookForm submit={t("settings.make")} onSubmit={async (setup) => onMade(await webhooks.make(setup))} />
    </>
  );
}

export function Secret({ secret }: { secret: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Notice tone="warn" icon="lock">{t("webhooks.secretOnce")}</Notice>
      <CopyField label={t("webhooks.secret")} value={secret} copyLabel={t("app.copy")} copiedLabel={t("app.copied")} testId="webhook-secret" />
    </>
  );
}

export function Standing({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  if (webhook.given_up_at != null) return <Chip tone="bad" icon="alert">{t("webhooks.givenUp")}</Chip>;
  if (webhook.setup.enabled === false) return <Chip tone="neutral" icon="silent">{t("webhooks.off")}</Chip>;
  if (webhook.failures > 0) return <Chip tone="warn" icon="alert">{t("webhooks.failing", { count: webhook.failures })}</Chip>;
  return <Chip tone="good" icon="check">{t("webhooks.on")}</Chip>;
}

function List({ all, onOpen }: { all: readonly Webhook[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.tableBox}>
      <table className={`${css.table} ${css.open ?? ""}`} aria-label={t("webhooks.title")}>
        <thead><tr><th scope="col">{t("settings.columns.name")}</th><th scope="col">{t("settings.columns.state")}</th><th scope="col" className={css.wide}>{t("webhooks.url")}</th></tr></thead>
        <tbody>
          {all.map((it) => (
            <tr key={it.id} onClick={() => onOpen(it.id)}>
              <td><Link to="/settings/webhooks" onClick={() => onOpen(it.id)}>{it.setup.name}</Link></td>
              <td><Standing webhook={it} /></td>
              <td className={css.wide}>{it.setup.url}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

