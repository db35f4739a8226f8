import { useLocation, useNavigate } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, desk, liveQueue, may, mayAnywhere, useSession, useSetup, type Session } from "@/api";
import { moment } from "@/i18n/format";
import { toBase64Url } from "@/remote/bytes";
import { LINK_SECRET_BYTES, linkClaimHash, linkPublic } from "@/remote/seal/link";
import { errorText } from "@/shared/errorText";
import { InviteMail } from "@/shared/InviteMail";
import { useInviteLink } from "@/shared/invite";
import { keeper } from "@/shared/keeper";
import { turnedAwayText } from "@/shared/shutText";
import { StateChip } from "@/shared/StateChip";
import { Button, Card, Choice, CopyField, Dim, Form, Notice, Page, QrCode, Row, Steps, TextField, TwoColumns, useNow } from "@/ui";

import { body, EMPTY, faults, LIMITS, PRIORITIES, UNDECIDED, type Decided, type Fields } from "./form";

export function NewSessionPage() {
  const fresh = useLocation({ select: ({ state }) => state.fresh });
  const [made, setMade] = useState<{ session: Session; fresh: number | undefined } | null>(null);
  if (made === null || made.fresh !== fresh) return <Page><FormCard onMade={(session) => setMade({ session, fresh })} /></Page>;
  return <Page><LinkCard made={made.session} onAnother={() => setMade(null)} /></Page>;
}

function FormCard({ onMade }: { onMade: (made: Session) => void }) {
  const { t, i18n } = useTranslation();
  const [form, setForm] = useState<Fields>(EMPTY);
  const [decided, setDecided] = useState<Decided>(UNDECIDED);
  const { data: setup } = useSetup();
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const navigate = useNavigate();
  // Kept until it was opened: asked for again after a break, it is the same session with the same link.
  const [request] = useState(() => ({ id: crypto.randomUUID(), secret: crypto.getRandomValues(new Uint8Array(LINK_SECRET_BYTES)) }));
  const found = faults(form);
  const channels = setup?.channels.filter(({ id }) => may(setup, "session_open", id)) ?? [];
  const usual = channels.find(({ id }) => id === setup?.desk.setup.default_channel) ?? channels[0];
  const category = setup?.categories.find(({ id }) => id === decided.category);
  const inPerson = channels.find(({ id }) => id === (decided.channel ?? usual?.id))?.setup.kind === "in_person";
  const forbidden = setup !== undefined && !mayAnywhere(setup, "session_open");

  const field = (name: keyof Fields) => {
    const fault = shown ? found[name] : undefined;
    const error = fault === "required" ? t("newSession.personRequired") : fault === "email" ? t("newSession.emailInvalid") : fault === "too_long" ? t("newSession.tooLong", { max: LIMITS[name] }) : undefined;
    return { label: t(`newSession.${name}`), value: form[name], error, testId: name, onChange: (value: string) => setForm({ ...form, [name]: value }) };
  };

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setShown(true);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      // The secret was born here; only what is derived from it leaves this browser.
      const { id, secret } = request;
      const link = inPerson ? {} : { invite_public: toBase64Url(linkPublic(secret)), claim_hash: toBase64Url(linkClaimHash(secret)) };
      const session = await desk.openSession({ ...body(form, decided), ...link, request: id });
      liveQueue.put(session);
      if (inPerson) {
        await navigate({ to: "/sessions/$id", params: { id: session.id } });
        return;
      }
      keeper.keepLinkSecret(session.id, secret);
      onMade(session);
    } catch (error) {
      setProblem((error instanceof ApiError ? turnedAwayText(t, error, setup, Date.now(), i18n.language) : null) ?? errorText(t, error));
      setBusy(false);
    }
  };

  const optional = t("newSession.optional");
  return (
    <>
      <div>
        <h1>{t("newSession.title")}</h1>
        <Dim>{t("newSession.intro")}</Dim>
      </div>
      <Card>
        <Form onSubmit={(event) => void submit(event)}>
          <TextField {...field("person")} required autoFocus autoComplete="off" />
          <TextField {...field("subject")} optional={optional} autoComplete="off" />
          <TwoColumns>
            <TextField {...field("email")} optional={optional} inputMode="email" autoComplete="off" />
            <TextField {...field("phone")} optional={optional} inputMode="tel" autoComplete="off" />
          </TwoColumns>
          <TextField {...field("company")} optional={optional} autoComplete="off" />
          {channels.length > 1 && <Choice label={t("newSession.channel")} value={decided.channel ?? usual?.id ?? ""} options={channels.map(({ id, setup: { name } }) => ({ value: id, label: name }))} onChange={(channel) => setDecided({ ...decided, channel })} testId="channel" />}
          <TwoColumns>
            {(setup?.categories.length ?? 0) > 0 && (
              <Choice label={t("newSession.category")} optional={optional} value={decided.category ?? ""} options={[{ value: "", label: t("newSession.none") }, ...(setup?.categories ?? []).map(({ id, setup: { name } }) => ({ value: id, label: name }))]} onChange={(id) => setDecided({ ...decided, category: id === "" ? null : id, priority: null })} testId="category" />
            )}
            <Choice label={t("newSession.priority")} value={decided.priority ?? category?.setup.priority ?? "normal"} options={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))} onChange={(value) => setDecided({ ...decided, priority: PRIORITIES.find((each) => each === value) ?? null })} testId="priority" />
          </TwoColumns>
          {forbidden && <Notice tone="warn" icon="lock" testId="not-allowed">{t("newSession.notAllowed")}</Notice>}
          {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
          <Row>
            <Button type="submit" kind="primary" icon={inPerson ? "plus" : "link"} busy={busy} disabled={forbidden} testId="make-link">{t(inPerson ? "life.openInPerson" : "newSession.submit")}</Button>
          </Row>
        </Form>
      </Card>
    </>
  );
}

function LinkCard({ made, onAnother }: { made: Session; onAnother: () => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const now = useNow();
  // From here on the queue knows better: the person may start the program while the link is still on show.
  const session = useSession(made.id).session ?? made;
  const link = useInviteLink(session);
  if (session.invite == null || link === null) return null;
  const started = session.detail !== "invited";
  return (
    <>
      <Row>
        <h1>{t("newSession.readyTitle", { person: session.person ?? "" })}</h1>
        <StateChip session={session} />
      </Row>
      <Card>
        <CopyField label={t("newSession.link")} value={link} copyLabel={t("newSession.copyLink")} copiedLabel={t("newSession.linkCopied")} testId="invite-link" />
        <InviteMail session={session} link={link} />
        <div style={{ display: "flex", gap: 22, flexWrap: "wrap" }}>
          <QrCode text={link} label={t("newSession.qr")} />
          <div style={{ flex: "1 1 260px", display: "flex", flexDirection: "column", gap: 12 }}>
            <h2>{t("newSession.next")}</h2>
            <Steps items={[t("newSession.step1"), t("newSession.step2"), t("newSession.step3")]} />
          </div>
        </div>
        <Notice tone="neutral" icon="clock">{t("newSession.expires", { time: moment(session.invite.expires_at, now, i18n.language) })}</Notice>
        <Notice tone="neutral" icon="lock">{t("newSession.secretNote")}</Notice>
        <Row>
          <Button kind={started ? "primary" : "default"} testId="open-session" shortcut="main" onClick={() => void navigate({ to: "/sessions/$id", params: { id: session.id } })}>{t("newSession.openSession")}</Button>
          <Button onClick={onAnother}>{t("newSession.another")}</Button>
        </Row>
      </Card>
    </>
  );
}
