import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { may, setup as access, type Group as GroupThing } from "@/api";
import { errorText } from "@/shared/errorText";
import { CheckList, Notice, TextArea, TextField } from "@/ui";

import { useSetupNow } from "./context";
import { useDraft } from "./draft";
import { byName, whyNot } from "./names";
import { DeleteButton, DraftForm, List, NewButton, SettingPage } from "./parts";
import css from "./settings.module.css";

export function GroupsPage() {
  const { t, i18n } = useTranslation();
  const setup = useSetupNow();
  const list = new Intl.ListFormat(i18n.language, { type: "unit" });
  return (
    <SettingPage area="groups" title={t("settings.area.groups")} beside={<NewButton area="groups" label={t("settings.making.groups.button")} why={whyNot(t, may(setup, "group_manage"), "group_manage")} />}>
      <List
        area="groups" label={t("settings.area.groups")} icon="user" empty={t("settings.empty.groups")}
        columns={[t("settings.columns.name"), t("settings.columns.members"), t("settings.columns.usedIn"), t("settings.description")]}
        rows={byName(setup.groups).map((it) => ({ id: it.id, cells: [it.setup.name, String(it.setup.members?.length ?? 0), list.format(byName(setup.channels).filter((channel) => channel.setup.groups?.includes(it.id) === true).map((channel) => channel.setup.name)), it.setup.description ?? ""] }))}
      />
    </SettingPage>
  );
}

export function GroupPage({ id }: { id: string }) {
  const group = useSetupNow().groups.find((it) => it.id === id);
  return group === undefined ? null : <Open group={group} />;
}

function Open({ group }: { group: GroupThing }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const { id, version } = group;
  const complete = { name: group.setup.name, description: group.setup.description ?? null, members: group.setup.members ?? [] };
  const draft = useDraft({ version, setup: complete }, (seen, value) => access.change("groups", id, seen, { ...value, name: value.name.trim() }));
  const { value, set } = draft;
  const why = whyNot(t, may(setup, "group_manage"), "group_manage");
  const users = byName(setup.channels).filter((it) => it.setup.groups?.includes(id) === true);
  return (
    <SettingPage area="groups" title={group.setup.name} back={t("settings.group.back")} beside={<><span className={css.grow} /><DeleteButton area="groups" name={group.setup.name} why={why} refused={(error) => `${t("settings.delete.refused")} ${errorText(t, error)}`} remove={() => access.takeAway("groups", id, version)} /></>}>
      <DraftForm draft={draft} part={(key) => t(`settings.group.part.${key}`)} faults={value.name.trim() === "" ? [t("settings.nameRequired")] : []} locked={why !== null}>
        {why !== null && <Notice tone="neutral" icon="lock" testId="look-only">{t("settings.mayLook", { permission: t("settings.permission.group_manage") })}</Notice>}
        <fieldset disabled={why !== null} style={{ display: "contents" }}>
          <TextField label={t("settings.name")} value={value.name} maxLength={80} autoComplete="off" onChange={(name) => set({ name })} testId="name" />
          <TextArea label={t("settings.description")} rows={2} maxLength={500} value={value.description ?? ""} onChange={(description) => set({ description: description === "" ? null : description })} />
          <CheckList label={t("settings.group.members")} find={t("settings.find")} empty={t("settings.group.noTechnicians")} options={setup.technicians.map((it) => ({ value: it.id, label: it.name }))} value={value.members} onChange={(members) => set({ members })} testId="members" />
        </fieldset>
        <section>
          <h2>{t("settings.group.usedIn")}</h2>
          {users.length === 0 ? <p className={css.dim}>{t("settings.group.noChannels")}</p> : <ul className={css.plain}>{users.map((it) => <li key={it.id}><Link to="/settings/$area/$id" params={{ area: "channels", id: it.id }} search={{ tab: "members" }}>{it.setup.name}</Link></li>)}</ul>}
        </section>
      </DraftForm>
    </SettingPage>
  );
}
