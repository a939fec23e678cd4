// TEMPORARY
export async function inspectModel(path: string, json: boolean): Promise<string> { return `${path}${json}`; }
