/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "support/role.h"

G_BEGIN_DECLS

/* A real window with one widget of each kind, all bound to topic "settings", in a process of its
 * own. It speaks as window.h says, of widgets instead of topics:
 *
 *   it is told                     it tells
 *                                  ready window         when it has been painted
 *                                  shows WIDGET VALUE   each time that differs; of "name" it
 *                                                       is the cursor's place and the text
 *                                  opened WIDGET yes    what pops up; or "no"
 *                                  available topic yes  or "no"
 *                                  rejected topic WHY
 *   where WIDGET                   where WIDGET X Y WIDTH HEIGHT
 *   show WIDGET                    shows WIDGET VALUE
 *   focus WIDGET                   focused WIDGET
 *   count topic                    counts topic writes=N span=MS: from the first change of a widget,
 *                                  once it was ready, until all is settled
 *   close window                   closed window: it is no more, and all is settled
 */
int widgets_play (TestClient *client, const char *const *args);

#define WIDGETS_ROLE { "widgets", widgets_play }

G_END_DECLS
