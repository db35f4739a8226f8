import { useTranslation } from "react-i18next";

import type { RemoteSession } from "@/remote/session";
import { askAgainIn, type GrantName, type RemoteState } from "@/remote/state";
import { Button, useNow } from "@/ui";

interface Props {
  grant: GrantName;
  remote: RemoteSession;
  denied: RemoteState["denied"];
  label: string;
}

/** Asks the end user for a right. Who was refused a moment ago cannot ask at once: the button says when they can. */
export function AskButton({ grant, remote, denied, label }: Props) {
  const { t } = useTranslation();
  const left = askAgainIn(denied, grant, useNow());
  const look = grant === "view" ? { size: "md", testId: "ask-view", shortcut: "main" } as const : { size: "xs", icon: "pointer", testId: "request-control", shortcut: "requestControl" } as const;
  return (
    <Button kind="primary" {...look} disabled={left > 0} onClick={() => remote.ask(grant)}>
      {left > 0 ? t("stage.askAgainIn", { count: left }) : label}
    </Button>
  );
}
