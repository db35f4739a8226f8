/** The worker in which pictures are opened: a busy page delays none. */

import { serve, type Scope } from "./serve";

serve(self as unknown as Scope);
