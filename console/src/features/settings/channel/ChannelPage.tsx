/** One channel: its parts on pages of their own, saved together. */

import { useTranslation } from "react-i18next";

import { cache, may, setup as access, type ApiError, type Channel, type Setup } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { errorText } from "@/shared/errorText";
import { Chip, GuardedButton, Notice, tell, tellError } from "@/ui";

import { useSetupNow } from "../context";
import { useDraft, type Draft } from "../draft";
import { whyNot } from "../names";
import { DeleteButton, DraftForm, SettingPage, Tabs } from "../parts";
import css from "../settings.module.css";
import { Closing } from "./Closing";
import { faultText, tabOf } from "./faults";
import { FormEditor } from "./FormEditor";
import { General } from "./General";
import { Hours } from "./Hours";
import { Links } from "./Links";
import { Members } from "./Members";
import { complete, faults, mapForm, NEEDS, TAB_OF, TABS, type ChannelSetup, type Tab } from "./parts";
import { PausePanel } from "./PausePanel";
import { Routing } from "./Routing";
import { Targets } from "./Targets";
import { Tester } from "./Tester";

export interface PanelProps {
  setup: Setup;
  id: string;
  draft: Draft<ChannelSetup>;
}

export function ChannelPage({ id, tab }: { id: string; tab: string | undefined }) {
  const setup = useSetupNow();
  const channel = setup.channels.find((it) => it.id === id);
  return channel === undefined ? null : <Open setup={setup} channel={channel} tab={TABS.find((it) => it === tab) ?? "general"} />;
}

function Open({ setup, channel, tab }: { setup: Setup; channel: Channel; tab: Tab }) {
  const { t } = useTranslation();
  const { id, version } = channel;
  const draft = useDraft<ChannelSetup>({ version, setup: complete(channel.setup) }, (seen, value) => access.change("channels", id, seen, trimmed(value)));
  const allowed = may(setup, NEEDS[tab], id);
  const isDefault = setup.desk.setup.default_channel === id;
  const unsavedTabs = new Set(draft.unsaved.map((key) => TAB_OF[key]));
  // A refusal tells what is wrong in the person's words, and where it is put right.
  const explain = (error: ApiError): string | null => {
    const { fault } = error.more;
    if (fault === undefined) return null;
    const at = tabOf(fault);
    return `${at === null || at === tab ? "" : `${t(`settings.channel.tab.${at}`)}: `}${faultText(t, fault)}`;
  };
  const label = (it: Tab): string => t(`settings.channel.tab.${it}`);
  const form = (
    <DraftForm draft={draft} part={(key) => t(`settings.channel.part.${key}`)} faults={faults(t, draft.value)} explain={explain} locked={!allowed} wide={tab === "routing"}>
      {!allowed && <Notice tone="neutral" icon="lock" testId="look-only">{t("settings.mayLook", { permission: t(`settings.permission.${NEEDS[tab]}`) })}</Notice>}
      <fieldset disabled={!allowed} style={{ border: 0, padding: 0, margin: 0, minWidth: 0, display: "contents" }}>
        {tab === "general" && <General setup={setup} id={id} draft={draft} />}
        {tab === "members" && <Members setup={setup} id={id} draft={draft} />}
        {tab === "hours" && <Hours id={id} draft={draft} />}
        {tab === "targets" && <Targets draft={draft} />}
        {tab === "pause" && <PausePanel channel={channel} dirty={draft.unsaved.length > 0} may={allowed} />}
        {tab === "closing" && <Closing draft={draft} />}
        {tab === "routing" && <Routing setup={setup} id={id} draft={draft} />}
        {tab === "form" && <FormEditor setup={setup} draft={draft} />}
      </fieldset>
    </DraftForm>
  );
  return (
    <SettingPage area="channels" title={channel.setup.name} back={t("settings.channel.back")} beside={(
      <>
        {isDefault && <Chip tone="info" icon="info" hint={[t("settings.channel.defaultHint")]}>{t("settings.channel.default")}</Chip>}
        <span className={css.grow} />
        {!isDefault && <MakeDefault setup={setup} id={id} name={channel.setup.name} />}
        <DeleteButton
          area="channels"
          name={channel.setup.name}
          why={whyNot(t, may(setup, "channel_delete", id), "channel_delete")}
          text={t("settings.channel.deleteText")}
          inTheWay={isDefault ? t("settings.channel.deleteDefault") : null}
          refused={(error: ApiError) => (error.code === "wrong_state" ? `${t("settings.channel.deleteOpen")} ${error.detail}` : error.code === "invalid_request" ? `${t("settings.channel.deleteRefers")} ${error.detail}` : null)}
          remove={() => access.takeAway("channels", id, version)}
        />
      </>
    )}>
      <Tabs area="channels" id={id} label={t("settings.channel.sections")} current={tab} tabs={TABS.map((key) => ({ key, label: label(key), unsaved: unsavedTabs.has(key) ? t("settings.channel.tabUnsaved", { tab: label(key) }) : null }))} />
      {tab === "links" ? <Links id={id} name={channel.setup.name} allowed={allowed} /> : tab === "routing" ? <div className={css.split}>{form}<Tester setup={setup} id={id} unsaved={unsavedTabs.has("routing") || unsavedTabs.has("members")} /></div> : form}
    </SettingPage>
  );
}

/** Nothing typed is nothing said. */
const trimmed = (value: ChannelSetup): ChannelSetup => ({
  ...value,
  name: value.name.trim(),
  description: value.description?.trim() === "" ? null : value.description,
  form: mapForm(value.form, (field) => ({ ...field, label: field.label?.trim() || null })),
  script: value.script?.trim() === "" ? null : value.script,
});

function MakeDefault({ setup, id, name }: { setup: Setup; id: string; name: string }) {
  const { t } = useTranslation();
  const { version, setup: desk } = setup.desk;
  const run = (): void => {
    access.changeDesk(version, { ...desk, default_channel: id }).then(
      () => tell(t("settings.channel.madeDefault", { channel: name })),
      (error: unknown) => tellError(errorText(t, error)),
    ).finally(() => void cache.invalidateQueries({ queryKey: SETUP_KEY }));
  };
  return <GuardedButton size="xs" why={whyNot(t, may(setup, "channel_rules"), "channel_rules")} onClick={run} testId="make-default">{t("settings.channel.makeDefault")}</GuardedButton>;
}
