/** What an end user sees behind a channel's link. No sign-in; opening it uses nothing up. */

import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useCallPage, useDesk, type CallPage as Page } from "@/api";
import { Big, Download, HelpPage } from "@/shared/helpPage";
import { systemOf } from "@/shared/system";
import { CopyField, Loading, Notice, Steps } from "@/ui";

const route = getRouteApi("/c/$id");

export function CallPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { data, error } = useCallPage(id);
  const { data: desk } = useDesk();
  const name = data?.desk_name ?? desk?.name ?? t("app.name");
  const code = error !== null && "code" in error ? error.code : null;
  // What is no address at all answers like a link that is not in use.
  const gone = data?.state === "gone" || code === "not_found" || code === "invalid_request";
  return (
    <HelpPage name={name} title={t("call.page.title", { desk: name })} testId="call" state={gone ? "gone" : (data?.state ?? "loading")}>
      {gone ? (
        <Big icon="info" title={t("call.page.goneTitle")} text={t("call.page.goneText")} />
      ) : data === undefined ? (
        error === null ? <Loading label={t("app.loading")} /> : <Notice tone="warn" icon="sync">{code === "too_many_tries" ? t("call.page.busy") : t("invite.offline")}</Notice>
      ) : (
        <Open page={data} />
      )}
    </HelpPage>
  );
}

function Open({ page }: { page: Page }) {
  const { t } = useTranslation();
  const system = systemOf(navigator.userAgent);
  const program = page.programs.find((each) => each.system.toLowerCase() === system);
  const link = `${location.origin}${location.pathname}`;
  return (
    <>
      <div>
        <h1>{t("call.page.title", { desk: page.desk_name })}</h1>
        {page.channel != null && <p style={{ marginTop: 6, color: "var(--dim)" }} data-testid="call-channel">{page.channel}</p>}
        <p style={{ marginTop: 12 }}>{t("call.page.intro")}</p>
      </div>
      {program !== undefined ? (
        <>
          <Download program={program} system={t(`invite.system.${system}`)} />
          <div>
            <h2 style={{ marginBottom: 12 }}>{t("invite.steps")}</h2>
            <Steps items={[system === "linux" ? t("call.page.step1Linux") : t("call.page.step1"), t("call.page.step2"), t("call.page.step3")]} />
          </div>
        </>
      ) : (
        <Notice tone="warn" icon="screen">{system === "android" ? t("invite.phone") : t("invite.none", { system: t(`invite.system.${system}`) })}</Notice>
      )}
      <div>
        <h2 style={{ marginBottom: 8 }}>{t("invite.link")}</h2>
        <CopyField label={t("invite.link")} value={link} copyLabel={t("invite.copy")} copiedLabel={t("invite.copied")} testId="call-link" />
      </div>
      <Notice tone="neutral" icon="lock">{t("invite.safety")}</Notice>
    </>
  );
}
