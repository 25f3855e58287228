/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync/action.h>
#include <statesync/applier.h>
#include <statesync/binding.h>
#include <statesync/client.h>
#include <statesync/commit.h>
#include <statesync/engine.h>
#include <statesync/enum-types.h>
#include <statesync/error.h>
#include <statesync/failure.h>
#include <statesync/invalidation-source.h>
#include <statesync/item.h>
#include <statesync/list-model.h>
#include <statesync/path.h>
#include <statesync/policy.h>
#include <statesync/pull.h>
#include <statesync/snapshot-provider.h>
#include <statesync/snapshot.h>
#include <statesync/subscription.h>
#include <statesync/topic.h>
#include <statesync/transaction.h>
#include <statesync/value.h>
#include <statesync/version-macros.h>
#include <statesync/write-flags.h>
#include <statesync/writer.h>
