/** Links as people pass them on: `<base>/j/<id>#<secret>`. */
export const inviteLink = (base: string, id: string, secret: string): string => `${base.replace(/\/$/, "")}/j/${id}#${secret}`;
