// Everything that one school's Postwise needs in Azure. Deploy it to a resource group of its own:
//   az deployment group create --resource-group postwise --template-file infra/main.bicep --parameters @school.bicepparam
// Syntax-checked and policy-linted by a test; never compiled or deployed where it was written. See infra/README.md.

targetScope = 'resourceGroup'

@description('Where the data rests. UK South keeps it in the United Kingdom.')
param location string = 'uksouth'

@description('Beginning of the names of the resources: lower-case letters and digits.')
@minLength(3)
@maxLength(10)
param name string = 'postwise'

@description('Names the school in every stored row: lower-case letters, digits, single hyphens. Never change it afterwards.')
@minLength(3)
@maxLength(40)
param schoolId string

@description('Entra object ids of the headteacher (and of whoever may act as headteacher).')
@minLength(1)
param headteacherIds array

@description('Entra object ids of the safeguarding lead and deputies.')
@minLength(1)
param safeguardingIds array

@description('Entra object ids of the chair of governors. Nobody who is also a headteacher above.')
param chairIds array = []

@description('A host name of the school\'s own for the pages, already bound to the site; empty for the one that Azure gives.')
param publicHost string = ''

@description('Folder on the site with contacts.json, put there by hand and never in git; empty when there is none.')
param schoolFolder string = ''

@description('Application id of the Entra registration by which visitors of the pages sign in.')
param signInClientId string

@description('Client secret of that registration. It expires: note the day.')
@secure()
param signInClientSecret string

var suffix = uniqueString(resourceGroup().id)
var publicUrl = empty(publicHost) ? 'https://${site.properties.defaultHostName}' : 'https://${publicHost}'

// Built-in roles: data only, no keys and no settings of the account.
var storageTableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

// One identity is the bot's registration and opens the storage: there is no bot secret that could leak or expire.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-identity'
  location: location
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: take(toLower('${name}${suffix}'), 24)
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_ZRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Reached from the site over the public endpoint, by identity alone. A school with a network of its own can close
    // it with a private endpoint; the B1 plan below would then need to join that network.
    publicNetworkAccess: 'Enabled'
  }
}

// Pictures of evidence, each written once and never changed.
// Soft delete: seven days in which a slip by a person with rights on the account can be put right, and no longer, because
// what Postwise deletes (a picture taken back from a draft, a report whose time is over) is meant to be gone. Whoever tells
// a parent or a member of staff that something has been deleted has to add these seven days.
// Versioning and point-in-time restore stay off: nothing is overwritten, so versions would protect nothing and would keep
// what was meant to be gone. Tables know neither: their rows are gone at once, and the record of a report is in them.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: storage
  name: 'default'
  properties: {
    isVersioningEnabled: false
    deleteRetentionPolicy: {
      enabled: true
      days: 7
      allowPermanentDelete: false
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource tablesForIdentity 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identity.id, storageTableDataContributor)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageTableDataContributor)
  }
}

resource blobsForIdentity 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identity.id, storageBlobDataContributor)
  scope: storage
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
  }
}

resource plan 'Microsoft.Web/serverfarms@2023-12-01' = {
  name: '${name}-plan'
  location: location
  kind: 'linux'
  sku: {
    name: 'B1'
    // One instance: enough for a school. Rows are leased, so that the short time in which one replaces another is safe.
    capacity: 1
  }
  properties: {
    reserved: true
  }
}

resource site 'Microsoft.Web/sites@2023-12-01' = {
  name: '${name}-${suffix}'
  location: location
  kind: 'app,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    siteConfig: {
      linuxFxVersion: 'NODE|24-lts'
      appCommandLine: 'node src/main.ts'
      // The worker that tells the channel runs without being asked by anyone.
      alwaysOn: true
      // Asks the storage as well: while that is away, so is Postwise.
      healthCheckPath: '/healthz'
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      remoteDebuggingEnabled: false
      // Addresses of pages carry the ids of one-time links: the web server is not to write them down.
      httpLoggingEnabled: false
    }
  }
}

// No user name and password for deploying: only Entra.
resource noFtpPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2023-12-01' = {
  parent: site
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noScmPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2023-12-01' = {
  parent: site
  name: 'scm'
  properties: {
    allow: false
  }
}

// Every setting that src/settings.ts reads, except the two that a managed identity makes needless
// (MicrosoftAppPassword and POSTWISE_STORAGE_CONNECTION_STRING). A test holds the two lists against each other.
resource settings 'Microsoft.Web/sites/config@2023-12-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    PORT: '8080'
    MicrosoftAppId: identity.properties.clientId
    MicrosoftAppTenantId: identity.properties.tenantId
    MicrosoftAppType: 'UserAssignedMSI'
    POSTWISE_SCHOOL_ID: schoolId
    POSTWISE_TABLE_ENDPOINT: storage.properties.primaryEndpoints.table
    POSTWISE_BLOB_ENDPOINT: storage.properties.primaryEndpoints.blob
    POSTWISE_HEADTEACHER_IDS: join(headteacherIds, ',')
    POSTWISE_SAFEGUARDING_IDS: join(safeguardingIds, ',')
    POSTWISE_CHAIR_IDS: join(chairIds, ',')
    POSTWISE_PUBLIC_URL: publicUrl
    POSTWISE_SCHOOL_FOLDER: schoolFolder
    POSTWISE_SIGNIN_CLIENT_ID: signInClientId
    POSTWISE_SIGNIN_CLIENT_SECRET: signInClientSecret
    // Read by App Service, not by Postwise: what is uploaded has been built and tested already.
    SCM_DO_BUILD_DURING_DEPLOYMENT: 'false'
  }
}

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: '${name}-bot-${suffix}'
  location: 'global'
  kind: 'azurebot'
  sku: {
    name: 'F0'
  }
  properties: {
    displayName: 'Postwise'
    description: 'What the social media policy says, and reports to the headteacher'
    endpoint: '${publicUrl}/api/messages'
    msaAppId: identity.properties.clientId
    msaAppMSIResourceId: identity.id
    msaAppTenantId: identity.properties.tenantId
    msaAppType: 'UserAssignedMSI'
    disableLocalAuth: true
    publicNetworkAccess: 'Enabled'
    schemaTransformationVersion: '1.3'
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {
    channelName: 'MsTeamsChannel'
    properties: {
      isEnabled: true
      enableCalling: false
      deploymentEnvironment: 'CommercialDeployment'
    }
  }
}

@description('For the Teams app package: MicrosoftAppId.')
output botId string = identity.properties.clientId

@description('For the Teams app package, and for the sign-in registration\'s redirect address: POSTWISE_PUBLIC_URL.')
output publicUrl string = publicUrl
