import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Channel, Session } from "@/api";
import { Button, Choice, Dialog, Dim, Form, Row } from "@/ui";

/** From the screen to the workshop, or back: to one of the channels that work so. */
export function MoveDialog({ session, channels, busy, onClose, onSubmit }: { session: Session; channels: readonly Channel[]; busy: boolean; onClose: () => void; onSubmit: (channel: Channel) => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(channels[0]?.id ?? "");
  const to = session.reach === "in_person" ? "remote" : "inPerson";
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const channel = channels.find(({ id }) => id === chosen);
    if (channel !== undefined) onSubmit(channel);
  };
  return (
    <Dialog title={t(`life.moveDialog.${to}`)} opened onClose={onClose} closeLabel={t("app.close")}>
      <Form onSubmit={submit}>
        <Dim>{t(`life.moveDialog.${to}Text`)}</Dim>
        <Choice label={t("life.moveDialog.channel")} value={chosen} options={channels.map(({ id, setup: { name } }) => ({ value: id, label: name }))} onChange={setChosen} testId="move-channel" />
        <Row>
          <Button type="submit" kind="primary" busy={busy} testId="move-confirm">{t("life.moveDialog.submit")}</Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </Form>
    </Dialog>
  );
}
