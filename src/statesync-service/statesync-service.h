/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <statesync-service/access.h>
#include <statesync-service/app-limits.h>
#include <statesync-service/application-data.h>
#include <statesync-service/enum-types.h>
#include <statesync-service/grants.h>
#include <statesync-service/identity.h>
#include <statesync-service/memory-storage.h>
#include <statesync-service/rights.h>
#include <statesync-service/service.h>
#include <statesync-service/sqlite-storage.h>
#include <statesync-service/storage.h>
#include <statesync-service/validation.h>
#include <statesync/error.h>
#include <statesync/snapshot.h>
#include <statesync/write-flags.h>
