/** What an end user sees behind a link. No sign-in; the part after # is read here and sent nowhere. */

import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useDesk, useInvite, type Invite } from "@/api";
import { moment } from "@/i18n/format";
import { Big, Download, HelpPage } from "@/shared/helpPage";
import { systemOf } from "@/shared/system";
import { CopyField, Loading, Notice, Steps, useNow } from "@/ui";

const route = getRouteApi("/j/$id");

export function InvitePage() {
  const { t, i18n } = useTranslation();
  const { id } = route.useParams();
  const { data, error } = useInvite(id);
  const now = useNow();
  const { data: desk } = useDesk();
  const name = data?.desk_name ?? desk?.name ?? t("app.name");
  const gone = data?.state === "gone" || (error !== null && "code" in error && (error.code === "not_found" || error.code === "link_expired"));
  return (
    <HelpPage name={name} title={t("invite.title", { desk: name })} testId="invite" state={gone ? "gone" : (data?.state ?? "loading")}>
      {gone ? (
        <Big icon="expired" title={t("invite.goneTitle")} text={t("invite.goneText")} />
      ) : data === undefined ? (
        error === null ? <Loading label={t("app.loading")} /> : <Notice tone="warn" icon="sync">{t("invite.offline")}</Notice>
      ) : data.state === "closed" ? (
        <Big icon="check" title={t("life.linkClosed.title")} text={t("life.linkClosed.text", { time: moment(data.reopen_until ?? now, now, i18n.language) })} />
      ) : data.state === "started" ? (
        <Big icon="check" title={t("invite.startedTitle")} text={t("invite.startedText")} />
      ) : (
        <Open invite={data} />
      )}
    </HelpPage>
  );
}

function Open({ invite }: { invite: Invite }) {
  const { t } = useTranslation();
  const [link] = useState(() => location.href);
  const system = systemOf(navigator.userAgent);
  const program = invite.programs.find((each) => each.system.toLowerCase() === system);
  const complete = location.hash.length > 1;
  return (
    <>
      <div>
        <h1>{t("invite.title", { desk: invite.desk_name })}</h1>
        {invite.person != null && <p style={{ marginTop: 14 }}>{t("invite.hello", { person: invite.person })}</p>}
        <p style={{ marginTop: 6 }}>{t("invite.intro", { desk: invite.desk_name })}</p>
        {invite.subject != null && <p style={{ marginTop: 6, color: "var(--dim)" }}>{t("invite.about", { subject: invite.subject })}</p>}
      </div>
      {!complete && <Notice tone="bad" icon="alert">{t("invite.noSecret")}</Notice>}
      {complete && (program !== undefined ? (
        <Download program={program} system={t(`invite.system.${system}`)} />
      ) : (
        <Notice tone="warn" icon="screen">{system === "android" ? t("invite.phone") : t("invite.none", { system: t(`invite.system.${system}`) })}</Notice>
      ))}
      {complete && (
        <>
          {program !== undefined && (
            <div>
              <h2 style={{ marginBottom: 12 }}>{t("invite.steps")}</h2>
              <Steps items={[system === "linux" ? t("invite.step1Linux") : t("invite.step1"), t("invite.step2"), t("invite.step3")]} />
            </div>
          )}
          <div>
            <h2 style={{ marginBottom: 8 }}>{t("invite.link")}</h2>
            <CopyField label={t("invite.link")} value={link} copyLabel={t("invite.copy")} copiedLabel={t("invite.copied")} testId="invite-link" />
          </div>
        </>
      )}
      <Notice tone="neutral" icon="lock">{t("invite.safety")}</Notice>
    </>
  );
}
