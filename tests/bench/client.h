/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BENCH_BUS_NAME    "org.statesync.StateSync1"
#define BENCH_OBJECT_PATH "/org/statesync/StateSync1"
#define BENCH_INTERFACE   "org.statesync.StateSync1"

/* Either service, as a client without a library of ours sees it. What fails ends the process. */
GDBusConnection *bench_connect     (const char *address);
GVariant        *bench_call_to     (GDBusConnection *connection, const char *bus_name, const char *method, GVariant *arguments, const char *reply_type);
void             bench_write_to    (GDBusConnection *connection, const char *bus_name, const char *topic, const char *data, gboolean durable);
GVariant        *bench_call        (GDBusConnection *connection, const char *method, GVariant *arguments, const char *reply_type);
void             bench_write       (GDBusConnection *connection, const char *topic, const char *data, gboolean durable);

char            *bench_topic       (guint64 index);
char            *bench_document    (gsize size);

G_END_DECLS
