/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Everything is built with hidden visibility: what an app may call is marked here. */
#define _STATE_SYNC_EXTERN __attribute__ ((visibility ("default"))) extern

/* One such macro per release that adds symbols, as GLib has them. */
#define STATE_SYNC_AVAILABLE_IN_ALL _STATE_SYNC_EXTERN
