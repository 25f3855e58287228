/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service/statistics.h"

static GVariant *
refusals_new (const guint64 refusals[STATE_SYNC_N_ERRORS])
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{st}"));
  for (guint i = 0; i < STATE_SYNC_N_ERRORS; i++)
    {
      if (refusals[i] > 0)
        g_variant_builder_add (&builder, "{st}", state_sync_error_name (i), refusals[i]);
    }
  return g_variant_builder_end (&builder);
}

/* (transfer floating): what Statistics.Get answers; the interface documents the keys. */
GVariant *
state_sync_statistics_new (const StateSyncServiceCounters *service,
                           const StateSyncCommitCounters *store,
                           const StateSyncStorageTotals *totals)
{
  const struct
  {
    const char *key;
    guint64 value;
  } counts[] = {
    { "topics", totals->topics },        { "bytes-stored", totals->bytes },
    { "writes", store->writes },         { "unchanged", store->unchanged },
    { "commits", store->commits },       { "signals", service->signals },
    { "snapshots", service->snapshots }, { "boards", service->boards },
    { "rings", service->rings },
  };
  double mean = store->commits > 0 ? (double)store->commit_usec_total / (double)store->commits : 0;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_variant_builder_add (&builder, "{sv}", counts[i].key, g_variant_new_uint64 (counts[i].value));
  g_variant_builder_add (&builder, "{sv}", "refusals", refusals_new (service->refusals));
  g_variant_builder_add (&builder, "{sv}", "commit-latency-mean", g_variant_new_double (mean));
  g_variant_builder_add (&builder, "{sv}", "commit-latency-max",
                         g_variant_new_double ((double)store->commit_usec_max));
  return g_variant_builder_end (&builder);
}
