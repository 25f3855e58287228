/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/policy.h"

#include "statesync/enum-types.h"

struct _StateSyncPolicy
{
  GObject parent_instance;

  StateSyncPlan plan;
};

G_DEFINE_FINAL_TYPE (StateSyncPolicy, state_sync_policy, G_TYPE_OBJECT)

static const StateSyncPlan default_plan = {
  .retry = { .max_attempts = 3, .first_delay = 500, .multiplier = 2, .max_delay = 10000 },
  .throttle = { .debounce = 0,
                .debounce_edges = STATE_SYNC_EDGES_TRAILING,
                .throttle = 0,
                .throttle_edges = STATE_SYNC_EDGES_BOTH,
                .debounce_max_wait = 0 },
};

enum
{
  PROP_MAX_ATTEMPTS = 1,
  PROP_RETRY_DELAY,
  PROP_RETRY_MULTIPLIER,
  PROP_RETRY_MAX_DELAY,
  PROP_DEBOUNCE,
  PROP_DEBOUNCE_EDGES,
  PROP_DEBOUNCE_MAX_WAIT,
  PROP_THROTTLE,
  PROP_THROTTLE_EDGES,
  N_PROPERTIES,
};

/**
 * state_sync_policy_new:
 *
 * Makes the default policy. For another one, give its properties to `g_object_new()`.
 *
 * Returns: (transfer full): a new policy
 */
StateSyncPolicy *
state_sync_policy_new (void)
{
  return g_object_new (STATE_SYNC_TYPE_POLICY, NULL);
}

/* @policy: (nullable): NULL stands for the default one. The plan lives as long as the policy. */
const StateSyncPlan *
state_sync_policy_get_plan (StateSyncPolicy *policy)
{
  return policy != NULL ? &policy->plan : &default_plan;
}

static void
state_sync_policy_set_property (GObject *object,
                                guint property_id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  StateSyncPlan *plan = &STATE_SYNC_POLICY (object)->plan;

  switch (property_id)
    {
    case PROP_MAX_ATTEMPTS:
      plan->retry.max_attempts = g_value_get_uint (value);
      break;
    case PROP_RETRY_DELAY:
      plan->retry.first_delay = g_value_get_uint (value);
      break;
    case PROP_RETRY_MULTIPLIER:
      plan->retry.multiplier = g_value_get_double (value);
      break;
    case PROP_RETRY_MAX_DELAY:
      plan->retry.max_delay = g_value_get_uint (value);
      break;
    case PROP_DEBOUNCE:
      plan->throttle.debounce = g_value_get_uint (value);
      break;
    case PROP_DEBOUNCE_EDGES:
      plan->throttle.debounce_edges = g_value_get_flags (value);
      break;
    case PROP_DEBOUNCE_MAX_WAIT:
      plan->throttle.debounce_max_wait = g_value_get_uint (value);
      break;
    case PROP_THROTTLE:
      plan->throttle.throttle = g_value_get_uint (value);
      break;
    case PROP_THROTTLE_EDGES:
      plan->throttle.throttle_edges = g_value_get_flags (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
state_sync_policy_get_property (GObject *object,
                                guint property_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  const StateSyncPlan *plan = &STATE_SYNC_POLICY (object)->plan;

  switch (property_id)
    {
    case PROP_MAX_ATTEMPTS:
      g_value_set_uint (value, plan->retry.max_attempts);
      break;
    case PROP_RETRY_DELAY:
      g_value_set_uint (value, plan->retry.first_delay);
      break;
    case PROP_RETRY_MULTIPLIER:
      g_value_set_double (value, plan->retry.multiplier);
      break;
    case PROP_RETRY_MAX_DELAY:
      g_value_set_uint (value, plan->retry.max_delay);
      break;
    case PROP_DEBOUNCE:
      g_value_set_uint (value, plan->throttle.debounce);
      break;
    case PROP_DEBOUNCE_EDGES:
      g_value_set_flags (value, plan->throttle.debounce_edges);
      break;
    case PROP_DEBOUNCE_MAX_WAIT:
      g_value_set_uint (value, plan->throttle.debounce_max_wait);
      break;
    case PROP_THROTTLE:
      g_value_set_uint (value, plan->throttle.throttle);
      break;
    case PROP_THROTTLE_EDGES:
      g_value_set_flags (value, plan->throttle.throttle_edges);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

static void
state_sync_policy_class_init (StateSyncPolicyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const StateSyncRetryPlan *retry = &default_plan.retry;
  const StateSyncThrottlePlan *throttle = &default_plan.throttle;
  GParamSpec *properties[N_PROPERTIES] = { NULL };

  object_class->set_property = state_sync_policy_set_property;
  object_class->get_property = state_sync_policy_get_property;

  /**
   * StateSyncPolicy:max-attempts:
   *
   * How often a pull is tried before it counts as failed; the first try counts, so 1 is no retry.
   * Updates of a [class@Topic] are tried again without end.
   */
  properties[PROP_MAX_ATTEMPTS] =
      g_param_spec_uint ("max-attempts", NULL, NULL, 1, G_MAXUINT, retry->max_attempts, FLAGS);

  /**
   * StateSyncPolicy:retry-delay:
   *
   * How long to wait before the second attempt, in milliseconds.
   */
  properties[PROP_RETRY_DELAY] =
      g_param_spec_uint ("retry-delay", NULL, NULL, 0, G_MAXUINT, retry->first_delay, FLAGS);

  /**
   * StateSyncPolicy:retry-multiplier:
   *
   * The factor by which each wait is longer than the one before, up to
   * [property@Policy:retry-max-delay]; at least 1.
   */
  properties[PROP_RETRY_MULTIPLIER] = g_param_spec_double ("retry-multiplier", NULL, NULL, 1,
                                                           G_MAXDOUBLE, retry->multiplier, FLAGS);

  /**
   * StateSyncPolicy:retry-max-delay:
   *
   * The longest wait between two attempts, in milliseconds.
   */
  properties[PROP_RETRY_MAX_DELAY] =
      g_param_spec_uint ("retry-max-delay", NULL, NULL, 0, G_MAXUINT, retry->max_delay, FLAGS);

  /**
   * StateSyncPolicy:debounce:
   *
   * The silence to wait for before a burst of invalidations becomes a refresh, in milliseconds;
   * 0 = none. With a throttle as well, the debounce comes first.
   */
  properties[PROP_DEBOUNCE] =
      g_param_spec_uint ("debounce", NULL, NULL, 0, G_MAXUINT, throttle->debounce, FLAGS);

  /**
   * StateSyncPolicy:debounce-edges:
   *
   * Which edges of the debounce let a refresh through. By default only the trailing one: a
   * refresh comes after the burst.
   */
  properties[PROP_DEBOUNCE_EDGES] = g_param_spec_flags (
      "debounce-edges", NULL, NULL, STATE_SYNC_TYPE_EDGES, throttle->debounce_edges, FLAGS);

  /**
   * StateSyncPolicy:debounce-max-wait:
   *
   * How long the debounce holds back at most, in milliseconds, counted from the first of a burst:
   * one that does not end passes once in this time. 0 = as long as the burst lasts.
   */
  properties[PROP_DEBOUNCE_MAX_WAIT] = g_param_spec_uint (
      "debounce-max-wait", NULL, NULL, 0, G_MAXUINT, throttle->debounce_max_wait, FLAGS);

  /**
   * StateSyncPolicy:throttle:
   *
   * At most one refresh by invalidation in this time, in milliseconds; 0 = no limit.
   */
  properties[PROP_THROTTLE] =
      g_param_spec_uint ("throttle", NULL, NULL, 0, G_MAXUINT, throttle->throttle, FLAGS);

  /**
   * StateSyncPolicy:throttle-edges:
   *
   * Which edges of the throttle let a refresh through; by default both: at once, and what came
   * meanwhile when the time is over.
   */
  properties[PROP_THROTTLE_EDGES] = g_param_spec_flags (
      "throttle-edges", NULL, NULL, STATE_SYNC_TYPE_EDGES, throttle->throttle_edges, FLAGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
state_sync_policy_init (StateSyncPolicy *self)
{
}
