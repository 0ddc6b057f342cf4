/** The keys that train.py and deploy.py read and that somebody has to supply. */
export const seldonCredentials = [
  "det_master",
  "det_user",
  "det_password",
  "pac_token",
  "sel_url",
  "sel_secret",
] as const;

/** All keys that train.py and deploy.py read. Images of your own may read further ones. */
export type SeldonKey = (typeof seldonCredentials)[number] | "sel_namespace";
