/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *inspector_rebase (GBytes *base, GBytes *mine, GBytes *theirs);

G_END_DECLS
