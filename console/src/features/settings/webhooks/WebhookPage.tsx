/** One webhook: what it is told, its secret, and the log of what was sent. */

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { webhooks, type Delivery, type Webhook } from "@/api";
import { exactMoment, moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Chip, Dialog, Dim, Empty, Group, Loading, Notice, Row, tell, tellError, useNow, Unseen } from "@/ui";

import css from "../settings.module.css";
import { WebhookForm } from "./WebhookForm";
import { Secret, Standing } from "./WebhooksPage";

export function WebhookPage({ webhook, onGone }: { webhook: Webhook; onGone: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={css.head}><h1>{webhook.setup.name}</h1><Standing webhook={webhook} /></div>
      {webhook.given_up_at != null && <Notice tone="bad" icon="alert" testId="webhook-given-up">{t("webhooks.givenUpText")}</Notice>}
      <WebhookForm
        key={webhook.version}
        setup={webhook.setup}
        submit={webhook.given_up_at == null ? t("settings.save.submit") : t("webhooks.switchOn")}
        onSubmit={async (setup) => {
          await webhooks.change(webhook.id, webhook.version, setup);
          tell(t("account.saved"));
        }}
      />
      <Renew id={webhook.id} />
      <Log webhook={webhook} />
      <Remove webhook={webhook} onGone={onGone} />
    </>
  );
}

function Renew({ id }: { id: string }) {
  const { t } = useTranslation();
  const [secret, setSecret] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const renew = (): void => {
    setBusy(true);
    webhooks.renewSecret(id).then(setSecret).catch((error: unknown) => tellError(errorText(t, error))).finally(() => setBusy(false));
  };
  return (
    <Group title={t("webhooks.secret")} text={t("webhooks.secretHint")}>
      {secret === null ? <Row><Button busy={busy} onClick={renew} testId="renew-secret">{t("webhooks.renew")}</Button></Row> : <Secret secret={secret} />}
    </Group>
  );
}

function Log({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = webhooks.useDeliveries(webhook.id);
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<Delivery | null>(null);
  const sends = webhook.setup.enabled !== false && webhook.given_up_at == null;
  const act = (run: () => Promise<unknown>): void => {
    setBusy(true);
    run().catch((refusal: unknown) => tellError(errorText(t, refusal))).finally(() => setBusy(false));
  };
  const all = data?.pages.flat() ?? [];
  return (
    <Group title={t("webhooks.log")}>
      <Row><Button busy={busy} disabled={!sends} onClick={() => act(() => webhooks.test(webhook.id))} testId="test-webhook">{t("webhooks.test")}</Button></Row>
      {data === undefined && (error === null ? <Loading label={t("app.loading")} /> : <Notice tone="bad" icon="alert">{errorText(t, error)}</Notice>)}
      {data !== undefined && all.length === 0 && <Empty icon="archive" title={t("webhooks.nothingSent")} />}
      {all.length > 0 && (
        <div className={css.tableBox}>
          <table className={css.table} aria-label={t("webhooks.log")}>
            <thead><tr><th scope="col">{t("audit.when")}</th><th scope="col">{t("audit.what")}</th><th scope="col">{t("settings.columns.state")}</th><th scope="col"><Unseen>{t("webhooks.again")}</Unseen></th></tr></thead>
            <tbody>{all.map((it) => <Entry key={it.id} delivery={it} disabled={busy || !sends} onOpen={() => setOpen(it)} onAgain={() => act(() => webhooks.sendAgain(webhook.id, it.id))} />)}</tbody>
          </table>
        </div>
      )}
      {hasNextPage && <Row><Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("audit.older")}</Button></Row>}
      <Dialog title={t("webhooks.body")} opened={open !== null} onClose={() => setOpen(null)} closeLabel={t("app.close")} wide>
        <pre className={css.raw} tabIndex={0}>{pretty(open?.body ?? "")}</pre>
      </Dialog>
    </Group>
  );
}

function Entry({ delivery, disabled, onOpen, onAgain }: { delivery: Delivery; disabled: boolean; onOpen: () => void; onAgain: () => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const test = delivery.event === "test";
  return (
    <tr data-testid="delivery">
      <td title={exactMoment(delivery.at, i18n.language)}>{moment(delivery.at, now, i18n.language)}</td>
      <td>{test ? t("webhooks.testEvent") : t(`event.${delivery.event}` as "event.claimed", { defaultValue: delivery.event })}</td>
      <td>
        <State delivery={delivery} />
        {delivery.state !== "delivered" && delivery.failure != null && <Dim>{delivery.failure}</Dim>}
        {delivery.state === "waiting" && delivery.tries > 0 && delivery.next_at != null && <Dim>{t("webhooks.nextTry", { time: moment(delivery.next_at, now, i18n.language) })}</Dim>}
      </td>
      <td>
        <Row>
          <Button size="xs" onClick={onOpen} testId="delivery-body">{t("webhooks.show")}</Button>
          <Button size="xs" disabled={disabled} onClick={onAgain} testId="send-again">{t("webhooks.again")}</Button>
        </Row>
      </td>
    </tr>
  );
}

function State({ delivery: { state, tries, status } }: { delivery: Delivery }) {
  const { t } = useTranslation();
  if (state === "delivered") return <Chip tone="good" icon="check">{t("webhooks.delivered", { status: status ?? "" })}</Chip>;
  if (state === "failed") return <Chip tone="bad" icon="alert">{t("webhooks.gaveUp", { count: tries })}</Chip>;
  return tries === 0 ? <Chip tone="info" icon="clock">{t("webhooks.sending")}</Chip> : <Chip tone="warn" icon="clock">{t("webhooks.failing", { count: tries })}</Chip>;
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Remove({ webhook, onGone }: { webhook: Webhook; onGone: () => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const remove = (): void => {
    setBusy(true);
    webhooks
      .takeAway(webhook.id, webhook.version)
      .then(() => {
        tell(t("settings.delete.done", { name: webhook.setup.name }));
        onGone();
      })
      .catch((error: unknown) => {
        setProblem(errorText(t, error));
        setBusy(false);
      });
  };
  return (
    <>
      <Row><Button onClick={() => setAsking(true)} testId="remove-webhook">{t("settings.delete.button")}</Button></Row>
      <Dialog title={t("settings.delete.title", { name: webhook.setup.name })} opened={asking} onClose={() => setAsking(false)} closeLabel={t("app.close")}>
        <p>{t("webhooks.removeText")}</p>
        {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
        <Row><Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button><Button kind="danger" busy={busy} onClick={remove} testId="confirm-remove">{t("settings.delete.confirm")}</Button></Row>
      </Dialog>
    </>
  );
}
